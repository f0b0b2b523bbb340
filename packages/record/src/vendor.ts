/**
 * Names of well-known API hosts, by domain: the longest listed suffix of a host wins. The name is what
 * `service.peer.name` carries, so it is lower-case and stays for ever.
 */
const vendors: Readonly<Record<string, string>> = {
  "openai.com": "openai",
  "openai.azure.com": "azure-openai",
  "anthropic.com": "anthropic",
  "mistral.ai": "mistral",
  "cohere.ai": "cohere",
  "cohere.com": "cohere",
  "groq.com": "groq",
  "x.ai": "xai",
  "deepseek.com": "deepseek",
  "together.xyz": "together",
  "together.ai": "together",
  "perplexity.ai": "perplexity",
  "openrouter.ai": "openrouter",
  "replicate.com": "replicate",
  "huggingface.co": "huggingface",
  "elevenlabs.io": "elevenlabs",
  "generativelanguage.googleapis.com": "gemini",
  "aiplatform.googleapis.com": "vertex-ai",
  "voyageai.com": "voyage",
  "pinecone.io": "pinecone",
  "fireworks.ai": "fireworks",
  "assemblyai.com": "assemblyai",
  "deepgram.com": "deepgram",
  "stripe.com": "stripe",
  "paypal.com": "paypal",
  "adyen.com": "adyen",
  "adyenpayments.com": "adyen",
  "braintreegateway.com": "braintree",
  "braintree-api.com": "braintree",
  "squareup.com": "square",
  "checkout.com": "checkout.com",
  "mollie.com": "mollie",
  "klarna.com": "klarna",
  "razorpay.com": "razorpay",
  "gocardless.com": "gocardless",
  "plaid.com": "plaid",
  "paddle.com": "paddle",
  "wise.com": "wise",
  "transferwise.com": "wise",
  "coinbase.com": "coinbase",
  "chargebee.com": "chargebee",
  "recurly.com": "recurly",
  "twilio.com": "twilio",
  "sendgrid.com": "sendgrid",
  "mailgun.net": "mailgun",
  "postmarkapp.com": "postmark",
  "mailchimp.com": "mailchimp",
  "mandrillapp.com": "mandrill",
  "resend.com": "resend",
  "sparkpost.com": "sparkpost",
  "brevo.com": "brevo",
  "klaviyo.com": "klaviyo",
  "customer.io": "customer.io",
  "vonage.com": "vonage",
  "nexmo.com": "vonage",
  "messagebird.com": "messagebird",
  "bird.com": "messagebird",
  "plivo.com": "plivo",
  "onesignal.com": "onesignal",
  "push.apple.com": "apple-push",
  "fcm.googleapis.com": "firebase-messaging",
  "slack.com": "slack",
  "discord.com": "discord",
  "telegram.org": "telegram",
  "graph.facebook.com": "meta",
  "facebook.com": "meta",
  "whatsapp.com": "whatsapp",
  "twitter.com": "x",
  "x.com": "x",
  "linkedin.com": "linkedin",
  "reddit.com": "reddit",
  "zoom.us": "zoom",
  "tiktokapis.com": "tiktok",
  "youtube.googleapis.com": "youtube",
  "spotify.com": "spotify",
  "intercom.io": "intercom",
  "zendesk.com": "zendesk",
  "freshdesk.com": "freshdesk",
  "helpscout.net": "helpscout",
  "github.com": "github",
  "githubusercontent.com": "github",
  "gitlab.com": "gitlab",
  "bitbucket.org": "bitbucket",
  "atlassian.com": "atlassian",
  "atlassian.net": "atlassian",
  "docker.io": "docker",
  "docker.com": "docker",
  "circleci.com": "circleci",
  "vercel.com": "vercel",
  "netlify.com": "netlify",
  "cloudflare.com": "cloudflare",
  "fastly.com": "fastly",
  "digitalocean.com": "digitalocean",
  "heroku.com": "heroku",
  "fly.io": "fly",
  "hetzner.cloud": "hetzner",
  "supabase.co": "supabase",
  "sentry.io": "sentry",
  "datadoghq.com": "datadog",
  "datadoghq.eu": "datadog",
  "pagerduty.com": "pagerduty",
  "opsgenie.com": "opsgenie",
  "newrelic.com": "newrelic",
  "honeycomb.io": "honeycomb",
  "grafana.net": "grafana",
  "segment.io": "segment",
  "segment.com": "segment",
  "mixpanel.com": "mixpanel",
  "amplitude.com": "amplitude",
  "posthog.com": "posthog",
  "launchdarkly.com": "launchdarkly",
  "algolia.net": "algolia",
  "algolianet.com": "algolia",
  "amazonaws.com": "aws",
  "amazonaws.com.cn": "aws",
  "api.aws": "aws",
  "googleapis.com": "google",
  "google.com": "google",
  "windows.net": "azure",
  "azure.com": "azure",
  "microsoft.com": "microsoft",
  "microsoftonline.com": "microsoft",
  "office.com": "microsoft",
  "live.com": "microsoft",
  "auth0.com": "auth0",
  "okta.com": "okta",
  "clerk.com": "clerk",
  "clerk.dev": "clerk",
  "workos.com": "workos",
  "onelogin.com": "onelogin",
  "shopify.com": "shopify",
  "myshopify.com": "shopify",
  "bigcommerce.com": "bigcommerce",
  "amazon.com": "amazon",
  "ebay.com": "ebay",
  "etsy.com": "etsy",
  "shippo.com": "shippo",
  "goshippo.com": "shippo",
  "easypost.com": "easypost",
  "dhl.com": "dhl",
  "ups.com": "ups",
  "fedex.com": "fedex",
  "sendcloud.sc": "sendcloud",
  "avalara.com": "avalara",
  "taxjar.com": "taxjar",
  "hubapi.com": "hubspot",
  "hubspot.com": "hubspot",
  "salesforce.com": "salesforce",
  "force.com": "salesforce",
  "pipedrive.com": "pipedrive",
  "airtable.com": "airtable",
  "notion.com": "notion",
  "asana.com": "asana",
  "trello.com": "trello",
  "linear.app": "linear",
  "monday.com": "monday",
  "dropboxapi.com": "dropbox",
  "dropbox.com": "dropbox",
  "box.com": "box",
  "docusign.net": "docusign",
  "docusign.com": "docusign",
  "typeform.com": "typeform",
  "calendly.com": "calendly",
  "contentful.com": "contentful",
  "sanity.io": "sanity",
  "cloudinary.com": "cloudinary",
  "quickbooks.api.intuit.com": "quickbooks",
  "intuit.com": "intuit",
  "xero.com": "xero",
  "mapbox.com": "mapbox",
  "here.com": "here",
  "maps.googleapis.com": "google-maps",
  "openweathermap.org": "openweather",
  "ipinfo.io": "ipinfo",
  "maxmind.com": "maxmind",
  "themoviedb.org": "themoviedb",
  "vies.ec.europa.eu": "vies",
  "telegram.me": "telegram",
  "notion.so": "notion",
};
const known = new Map(Object.entries(vendors));

/** Public suffixes of more than one label that registrars or platforms sell under (publicsuffix.org, the common ones). */
const longSuffixes = new Set(
  (
    "co.uk org.uk gov.uk ac.uk me.uk ltd.uk com.au net.au org.au gov.au co.nz org.nz govt.nz co.jp or.jp ne.jp go.jp co.kr or.kr go.kr " +
    "com.br net.br org.br gov.br com.mx com.ar com.co com.pe com.tr gov.tr com.cn net.cn org.cn gov.cn com.hk com.tw com.sg com.my co.id " +
    "co.th co.in net.in org.in gov.in co.za org.za co.il org.il com.ua com.pl com.pt com.vn com.ph com.sa com.eg " +
    "github.io gitlab.io herokuapp.com vercel.app netlify.app pages.dev workers.dev web.app firebaseapp.com azurewebsites.net fly.dev " +
    "onrender.com railway.app deno.dev ngrok.io ngrok.app ngrok-free.app cloudfront.net appspot.com run.app lambda-url.on.aws"
  ).split(" "),
);

/** Names that never resolve in public DNS (RFC 6761, RFC 6762, RFC 8375) or that by habit are inner ones. */
const privateSuffixes = new Set([
  "localhost",
  "local",
  "internal",
  "test",
  "example",
  "invalid",
  "lan",
  "home",
  "corp",
  "intranet",
  "arpa",
  "svc",
]);

/**
 * Who is behind a host: a well-known API's name, else the registrable domain (`api.acme.co.uk` → `acme.co.uk`).
 * @param host host name or IP address without port
 * @returns "" for addresses, loopback, single labels and private names: nobody else's API, or nobody can say whose
 */
export function vendorOf(host: string): string {
  const remembered = answers.get(host);
  if (remembered !== undefined) return remembered;
  if (answers.size >= mostAnswers) answers.clear();
  const vendor = findVendor(host);
  answers.set(host, vendor);
  return vendor;
}

/** A process calls the same few hosts all day. Bounded, because some name a host per customer. */
const answers = new Map<string, string>();
const mostAnswers = 1024;

function findVendor(host: string): string {
  const name = (host.endsWith(".") ? host.slice(0, -1) : host).toLowerCase();
  for (let at = 0; at >= 0 && at < name.length;) {
    const vendor = known.get(name.slice(at));
    if (vendor !== undefined) return vendor;
    const dot = name.indexOf(".", at);
    at = dot < 0 ? -1 : dot + 1;
  }
  return registrableDomain(name);
}

function registrableDomain(name: string): string {
  if (name.includes(":") || /^[\d.]*$/.test(name)) return "";
  const labels = name.split(".");
  const top = labels.at(-1) ?? "";
  if (labels.length < 2 || labels.includes("") || privateSuffixes.has(top)) return "";
  for (const width of [3, 2]) {
    if (!longSuffixes.has(labels.slice(-width).join("."))) continue;
    return labels.length > width ? labels.slice(-width - 1).join(".") : "";
  }
  return labels.slice(-2).join(".");
}

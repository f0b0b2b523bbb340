/** What a word inside a name says about the value. Bits, because a word can say several things. */
export const Word = {
  /** The value is a secret whatever else the name says, unless the name ends in a description. */
  secret: 1,
  token: 2,
  tokens: 4,
  key: 8,
  /** Makes a secret of a following `key`: `api_key`, `privateKey`. */
  keyKind: 16,
  /** As last word: the value describes a secret and is none: `token_type`, `password_changed_at`. */
  description: 32,
  /** As first word before `token`: a number is a count: `max_token`. */
  quantity: 64,
  /** Before `token`: a place in a list or vocabulary, opaque but no credential: `next_page_token`, `eos_token`. */
  position: 128,
  auth: 256,
  /** Secret only as a plain value: `pin`, `cvc`; an object or list of that name is looked into. */
  scalar: 512,
  /** `card` `number`, `connection` `string`, `pass` `word`: the first half … */
  pairHead: 1024,
  /** … and the second half. */
  pairTail: 2048,
  /** In a query string, as the only word: `key`. */
  queryOnly: 4096,
  /** In a query string, as last word: `sig`, `X-Amz-Signature`. */
  queryLast: 8192,
  /** In a query string or form, as the only word and only when long: OAuth's `code`. */
  queryLong: 16384,
  /** In a query string, after a kind of key: `AWSAccessKeyId`. */
  id: 32768,
} as const;

const lists: readonly (readonly [bits: number, words: string])[] = [
  [
    Word.secret,
    `secret secrets password passwords passwd pwd passphrase passphrases passcode passcodes credential credentials cookie cookies
     apikey apikeys apitoken accesstoken refreshtoken authtoken idtoken sessiontoken bearertoken usertoken securitytoken csrftoken
     clientsecret appsecret secretkey privatekey accesskey signingkey encryptionkey sharedkey masterkey authkey appkey accountkey
     jwt mnemonic verifier assertion jsessionid phpsessid psk`,
  ],
  [Word.token, "token"],
  [Word.tokens, "tokens"],
  [Word.key | Word.queryOnly, "key"],
  [Word.key, "keys"],
  [
    Word.keyKind,
    `api access private signing encryption account subscription shared master app application session admin functions
     webhook integration license consumer client service server deploy ssh rsa symmetric hmac hook sas rest activation`,
  ],
  [
    Word.description,
    `type types count counts limit limits used usage expires expiry expiration expire ttl at in on endpoint endpoints url uri href
     length policy policies name names details detail total max min budget created updated modified changed rotated required enabled
     disabled supported id ids arn index indexes format algorithm alg version versions status state strength hint hints scope scopes
     location field fields label title description prefix suffix path file filename size rate price cost ms seconds date time timestamp
     methods method provider issuer grant ref reference visible present valid expired mode domain attempts count`,
  ],
  [Word.quantity, "max min total num number n count prompt completion input output cached reasoning thinking budget"],
  [
    Word.position,
    `page next prev previous continuation continue sync delta skip starting cursor pagination paging scroll eos bos pad unk cls sep
     mask stop special image`,
  ],
  [Word.auth | Word.keyKind | Word.scalar, "auth oauth"],
  [Word.scalar, "pin otp totp cvc cvv cvn csc ssn bearer csrf xsrf saml"],
  [Word.secret | Word.scalar, "authorization"],
  [Word.scalar | Word.pairHead, "pass"],
  [Word.pairHead, "card connection database redis"],
  [Word.pairTail, "word phrase string pan number"],
  [Word.id, "id"],
  [Word.queryLast, "sig signature hmac pw"],
  [Word.queryLong, "code appid session ticket"],
];

/** Where a name's word begins in the trie, and where it is once no known word goes on so. */
export const ROOT = 0;
export const DEAD = 1;
/** Added to a capital's slot. */
export const UPPER = 32;

/** Slot of `%` and the backslash: the name must be unescaped first. */
export const ESCAPE = 255;

/** A byte's slot in a node: 1 … 26 for letters, plus UPPER for capitals, ESCAPE, 0 for all else. */
export const SLOT = new Uint8Array(256);
SLOT[0x25] = ESCAPE;
SLOT[0x5c] = ESCAPE;
/** 1 for a to z. */
export const IS_SMALL = new Uint8Array(256).fill(1, 0x61, 0x7b);
for (let letter = 1; letter <= 26; letter++) {
  SLOT[0x60 + letter] = letter;
  SLOT[0x40 + letter] = letter + UPPER;
}

// A trie over a-z, 32 slots a node.
const nodes: number[] = [];
const bits: number[] = [];

function addNode(): number {
  for (let i = 0; i < 32; i++) nodes.push(DEAD);
  bits.push(0);
  return bits.length - 1;
}

function addWord(word: string, meaning: number): void {
  let node = ROOT;
  for (let i = 0; i < word.length; i++) {
    const slot = node * 32 + word.charCodeAt(i) - 0x60;
    if (nodes[slot] === DEAD) nodes[slot] = addNode();
    node = nodes[slot] ?? DEAD;
  }
  bits[node] = (bits[node] ?? 0) | meaning;
}

addNode();
addNode();
for (const [meaning, words] of lists) for (const word of words.split(/\s+/)) addWord(word, meaning);

/** Next node by `node * 32 + slot`; DEAD where no word goes on so. */
export const NEXT: Uint16Array = Uint16Array.from(nodes);
/** What the word that ends at a node says. */
export const MEANING: Uint16Array = Uint16Array.from(bits);

/** Endings that make any longer word a secret, for names written without a break: `dbpassword`, `hapikey`. */
export const ENDINGS: readonly Uint8Array[] = ["password", "passwd", "token", "secret", "apikey", "passphrase"].map((ending) =>
  Uint8Array.from(ending, (letter) => letter.charCodeAt(0)),
);
/** 1 for the bytes that an ending ends in. */
export const LAST_LETTERS = new Uint8Array(256);
for (const ending of ENDINGS) LAST_LETTERS[ending[ending.length - 1] ?? 0] = 1;

/**
 * Three letters of every word that can make a name hide its value (the list's `query` words aside, which need a
 * `=`), chosen to be rare elsewhere: a text that has none of them has no such name.
 */
export const TRIGGERS: readonly string[] =
  "ecr pas pwd ede kie tok key jwt mne rif sse jse hps psk uth pin otp cvc cvv cvn csc ssn bea srf aml ard nne aba edi".split(" ");

/** The words of which one must stand in a name for it to hide its value outside a query string. */
export const NAMING_WORDS: readonly string[] = [
  ...lists
    .filter(([bit]) => (bit & (Word.secret | Word.token | Word.tokens | Word.key | Word.scalar | Word.pairHead)) !== 0)
    .flatMap(([, words]) => words.split(/\s+/)),
  "password",
  "passwd",
  "token",
  "secret",
  "apikey",
  "passphrase",
];

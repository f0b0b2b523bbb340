import { ALNUM, BASE64URL, HEX, UPPER_ALNUM, WORD } from "./bytes.ts";

/** A credential that says what it is by how it begins. */
export interface VendorKey {
  readonly prefix: string;
  /** Class bits of the bytes that follow. */
  readonly tail: number;
  /** Fewest bytes of tail; fewer are taken only where the text was cut. */
  readonly min: number;
  /** Exact length of the tail; longer is something else. */
  readonly exact: boolean;
  /** A digit must be among the first 64 bytes: tells `sk-proj-9x…` from the CSS class `sk-fading-circle`. */
  readonly digit: boolean;
  readonly rule: string;
}

function keys(rule: string, tail: number, min: number, prefixes: string, more: { exact?: true; digit?: true } = {}): VendorKey[] {
  return prefixes.split(/\s+/).map((prefix) => ({ prefix, tail, min, exact: more.exact === true, digit: more.digit === true, rule }));
}

const URLSAFE = WORD | BASE64URL;

/**
 * Prefixes from the vendors' own documentation. Publishable keys (`pk_live_`, Twilio's `AC…`) are made to be
 * shown and stay. `.` may stand in the tail of those that have parts (`SG.`, `hvs.`, `ya29.`): the parts after
 * it are taken along by the matcher.
 */
export const VENDOR_KEYS: readonly VendorKey[] = [
  ...keys("aws-access-key", UPPER_ALNUM, 16, "AKIA ASIA ABIA ACCA", { exact: true }),
  ...keys("api-key", WORD, 10, "sk_live_ sk_test_ rk_live_ rk_test_ sk_org_ whsec_ ak_live_ ak_test_ rzp_live_ rzp_test_"),
  ...keys("api-key", WORD, 20, "sk_ rk_", { digit: true }),
  ...keys("api-key", URLSAFE, 20, "sk- rk-", { digit: true }),
  ...keys("api-key", URLSAFE, 10, "sk-proj- sk-ant- sk-or- sk-svcacct- sk-admin- sk-lf-"),
  ...keys(
    "api-key",
    WORD,
    20,
    "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ npm_ hf_ r8_ gsk_ dckr_pat_ lin_api_ glsa_ sbp_ sb_secret_ phx_ sgp_ ntn_ secret_ figd_ nvapi-",
    { digit: true },
  ),
  ...keys(
    "api-key",
    URLSAFE,
    16,
    "glpat- gldt- glrt- glcbt- glptt- glft- glsoat- xapp- xoxa- xoxb- xoxc- xoxd- xoxe- xoxe. xoxo- xoxp- xoxr- xoxs- xwfp- PMAK- tskey- pypi- xai- pplx- tvly- GOCSPX- CFPAT- figo_ sntrys_ sntryu_ dop_v1_ doo_v1_ dor_v1_ sq0atp- sq0csp- shpat_ shpca_ shppa_ shpss_ shptka_ ATATT3 ATCTT3 ATBB pul- fm2_ ops_ key_live_ rdme_ rubygems_ fo1_ nfp_ nfc_ dt0c01. dp.pt. dp.st. dp.ct. v2.public. SG. hvs. hvb. hvr.",
    { digit: true },
  ),
  ...keys("api-key", URLSAFE, 30, "AIza ya29. 1//0 EAAC EAAG EAAB EAAD EAAA LTAI AKCp", { digit: true }),
  ...keys("api-key", HEX, 32, "key- dapi SK", { exact: true }),
  ...keys("api-key", ALNUM, 32, "pat", { exact: true, digit: true }),
  ...keys("private-key", UPPER_ALNUM, 20, "AGE-SECRET-KEY-1"),
];

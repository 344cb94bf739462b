/**
 * Email addresses of accounts: what AWS asks beyond its model's pattern. It answers with a failed creation, not with
 * an input error.
 * Source: organizations spec 2.5.
 */

const PRINTABLE_ASCII = /^[\x21-\x7e]+$/;
const LOCAL_REFUSED = /["'()[\]:;,\\|%&\s]/;
const DOMAIN = /^[a-zA-Z0-9.-]+$/;

export function isAccountEmail(email: string): boolean {
  const [local = '', domain = '', ...more] = email.split('@');
  return PRINTABLE_ASCII.test(email) && more.length === 0 && isLocalPart(local) && isDomain(domain);
}

function isLocalPart(text: string): boolean {
  return text !== '' && !text.startsWith('.') && !LOCAL_REFUSED.test(text);
}

function isDomain(text: string): boolean {
  const outer = [text.at(0), text.at(-1)];
  return DOMAIN.test(text) && text.includes('.') && !outer.includes('-') && !outer.includes('.');
}

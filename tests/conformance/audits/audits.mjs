// Runs the server audits of graphql-http against a URL with a bearer token; prints one JSON line for each audit.
import { serverAudits } from 'graphql-http';

const [url, token] = process.argv.slice(2);

function fetchWithToken(address, given = {}) {
  const headers = new Headers(given.headers ?? {});
  if (!headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
  return fetch(address, { ...given, headers, signal: AbortSignal.timeout(15_000) });
}

for (const audit of serverAudits({ url, fetchFn: fetchWithToken })) {
  const [level] = audit.name.split(' ');
  let verdict;
  try {
    verdict = await audit.fn();
  } catch (error) {
    verdict = { status: 'error', reason: String(error) };
  }
  const reason = verdict.status === 'ok' ? null : String(verdict.reason);
  console.log(JSON.stringify({ id: audit.id, name: audit.name, level, met: verdict.status === 'ok', reason }));
}

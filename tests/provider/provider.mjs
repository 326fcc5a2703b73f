// A provider on this machine, set as FranceConnect, Pro Santé Connect or a foundation's Keycloak. Says who somebody is
// without asking: ?_who=… of the interaction page, or the first account. Faults are planted by `POST /plant`.
import http from 'node:http';
import { createRequire } from 'node:module';
import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { pathToFileURL } from 'node:url';

const told = JSON.parse(process.argv[2]); // {port, path, kind, back, backchannel, modules}
const require = createRequire(`${told.modules}/`);
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));
const issuer = `http://127.0.0.1:${told.port}${told.path}`;
const franceconnect = told.kind.startsWith('franceconnect');
const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const key = pair();
let planted = {};
const CLOSED = `${Buffer.from('{"alg":"RSA-OAEP-256","enc":"A256GCM","cty":"JWT"}').toString('base64url')}.AAAA.AAAA.AAAA.AAAA`; // for a key we do not have
const state = { who: 'camille', acr: null };

// Its own page asks another host for letters.
const asks = async (ctx, form) => { ctx.body = `<!doctype html>${form}<button form="op.logoutForm" name="logout" value="yes">Leave</button>`; };

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'relie', client_secret: 'the-secret-of-relie-for-tests-alone-0123456789',
    redirect_uris: [told.back], post_logout_redirect_uris: [told.left],
    response_types: ['code'], grant_types: ['authorization_code'],
    token_endpoint_auth_method: franceconnect ? 'client_secret_post' : 'client_secret_basic',
    id_token_signed_response_alg: 'ES256',
    ...(franceconnect ? { userinfo_signed_response_alg: 'ES256' } : {}),
    ...(told.backchannel ? { backchannel_logout_uri: told.backchannel, backchannel_logout_session_required: true } : {}),
    require_auth_time: !franceconnect,
  }],
  jwks: { keys: [{ ...key.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'e1' }] },
  clientAuthMethods: franceconnect ? ['client_secret_post'] : ['client_secret_basic', 'client_secret_post'],
  acrValues: ['eidas1', 'eidas2', 'eidas3'],
  claims: { openid: ['sub', 'acr', 'amr', ...(franceconnect ? [] : ['auth_time'])] },
  conformIdTokenClaims: true,
  responseTypes: ['code'],
  features: {
    devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true, logoutSource: asks }, backchannelLogout: { enabled: !!told.backchannel },
    jwtUserinfo: { enabled: true }, userinfo: { enabled: true },
  },
  pkce: { required: () => told.kind === 'enterprise' },
  cookies: { keys: ['of-tests'] },
  findAccount: async (_ctx, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
  interactions: { url: (_ctx, asked) => `${told.path}/interaction/${asked.uid}` },
  // The default refuses addresses of this machine.
  fetch: (url, options) => { delete options.dispatcher; options.signal ??= AbortSignal.timeout(2500); return globalThis.fetch(url, options); },
  ttl: { Interaction: 600, Session: 3600, Grant: 3600, AccessToken: 300, IdToken: 300, AuthorizationCode: 60 },
  loadExistingGrant: async (ctx) => { // like the real ones: no page asks for consent
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid');
    await grant.save();
    return grant;
  },
});
provider.on('server_error', (_ctx, error) => console.error('server_error', error));

// FranceConnect answers 400 to what it does not know, and to what it misses (Y030007).
const known = ['client_id', 'acr_values', 'claims', 'response_type', 'nonce', 'state', 'redirect_uri', 'scope', 'prompt', 'idp_hint', 'ui_locales'];
const must = ['client_id', 'acr_values', 'response_type', 'nonce', 'state', 'redirect_uri', 'scope'];
const ill = (asked) => [...asked.keys()].some((name) => !known.includes(name)) || must.some((name) => !asked.get(name)) || asked.get('nonce').length < 22;

const body = async (request) => { const parts = []; for await (const part of request) parts.push(part); return Buffer.concat(parts).toString(); };
const asToken = (header, claims, by) => {
  const [first, second] = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const text = `${first}.${second}`;
  if (header.alg === 'none') return `${text}.`;
  const sign = header.alg === 'HS256' ? createHmac('sha256', by).update(text).digest() : createSign('SHA256').update(text).sign({ key: by, dsaEncoding: 'ieee-p1363' });
  return `${text}.${sign.toString('base64url')}`;
};
const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
const spoil = (token, changes) => {
  const claims = { ...claimsOf(token), ...changes.claims };
  for (const name of changes.without ?? []) delete claims[name];
  const header = { alg: 'ES256', kid: 'e1', typ: 'JWT', ...changes.header };
  const by = changes.by === 'another' ? pair() : changes.by === 'secret' ? 'the-secret-of-relie-for-tests-alone-0123456789' : key;
  return asToken(header, claims, by);
};

provider.use(async (ctx, next) => {
  const asked = new URL(ctx.req.originalUrl, issuer);
  const place = /^\/interaction\/([\w-]+)$/.exec(ctx.path);
  if (ctx.path === '/auth' && franceconnect && ill(asked.searchParams)) { ctx.status = 400; ctx.body = 'Y030007'; return; }
  if (ctx.path === '/token' && planted.token_status) { ctx.status = planted.token_status; ctx.body = 'away'; return; }
  if (place) {
    const details = await provider.interactionDetails(ctx.req, ctx.res);
    const result = planted.refuse ? { error: 'access_denied' } : {
      login: {
        accountId: planted.who ?? state.who, acr: planted.acr ?? String(details.params.acr_values ?? 'eidas1').split(' ')[0], amr: ['pwd'],
        ...(planted.ts ? { ts: Math.floor(Date.now() / 1000) + planted.ts } : {}),
      },
    };
    ctx.respond = false;
    await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
    return;
  }
  await next();
  if (ctx.path === '/token' && planted.encrypted === 'id_token' && ctx.body?.id_token) ctx.body.id_token = CLOSED;
  if (ctx.path === '/me' && planted.encrypted === 'userinfo') { ctx.type = 'application/jwt'; ctx.body = CLOSED; }
  if (ctx.path === '/token' && planted.id_token && ctx.body?.id_token) ctx.body.id_token = spoil(ctx.body.id_token, planted.id_token);
  if (ctx.path === '/me' && planted.userinfo) {
    const plain = typeof ctx.body === 'string' ? claimsOf(ctx.body) : ctx.body;
    if (planted.userinfo.unsigned) { ctx.type = 'application/json'; ctx.body = { ...plain }; }
    else { ctx.type = 'application/jwt'; ctx.body = spoil(ctx.body, planted.userinfo); }
  }
});

const answer = provider.callback();
http.createServer(async (request, response) => {
  if (request.url === '/plant') { planted = JSON.parse(await body(request)); response.end(); return; }
  if (request.url === '/sign') { // a logout token as asked for, right or wrong
    const { header, claims, by } = JSON.parse(await body(request));
    const whom = by === 'another' ? pair() : by === 'secret' ? 'the-secret-of-relie-for-tests-alone-0123456789' : key;
    response.end(asToken({ alg: 'ES256', kid: 'e1', typ: 'logout+jwt', ...header }, claims, whom)); return;
  }
  if (told.path && request.url.startsWith(told.path)) { request.originalUrl = request.url; request.url = request.url.slice(told.path.length) || '/'; }
  await answer(request, response);
}).listen(told.port, '127.0.0.1', () => console.log('ready'));

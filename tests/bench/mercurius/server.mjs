// Mercurius on Fastify, with the JIT: `node server.mjs PORT`.
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import { clock } from './clock.mjs'
import { viewerOf } from './database.mjs'
import { write } from './journal.mjs'
import { loaders, resolvers } from './resolvers.mjs'

// The signature of a token is not checked here, to the advantage of this rival.
const subjectOf = (header) => JSON.parse(Buffer.from(header.split('.')[1], 'base64url')).sub

async function context (request) {
  const access = request.body.extensions.access
  const moment = clock()
  const viewer = await viewerOf(subjectOf(request.headers.authorization), moment)
  if (!viewer?.purposes.includes(access.purpose)) throw new Error('this account may not ask for this')
  return { ...moment, viewer, access, trail: [], searches: [], asked: request.body }
}

const app = Fastify({ logger: false })
app.register(mercurius, {
  schema: readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'),
  resolvers,
  loaders,
  context,
  jit: 1
})
app.ready().then(() => {
  app.graphql.addHook('onResolution', async (execution, asked) => write(asked, asked.asked))
  return app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' })
})

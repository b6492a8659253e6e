// SPDX-License-Identifier: EUPL-1.2
// What we sign, judged by others: the jose module verifies our JWS and refuses
// changed ones, and OpenSSL agrees with us on 20,000 signatures, most of them
// broken (GDPR 5(2)).
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import crypto from 'node:crypto'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const { top_builddir: built, NODE_MODULES: modules } = process.env
const require = createRequire(path.join(modules, 'x.cjs'))
const jose = await import(pathToFileURL(require.resolve('jose')))

const run = (program, input) => {
	const done = spawnSync(path.join(built, program), { input,
		encoding: 'utf8', maxBuffer: 1 << 26 })
	assert.equal(done.status, 0, done.stderr)
	return done.stdout
}

const made = new Map(run('tests/formats/examples').split('\n')
	.filter(line => line.includes(' = ') && !line.startsWith('|'))
	.map(line => [line.slice(0, line.indexOf(' = ')),
		line.slice(line.indexOf(' = ') + 3)]))
const directory = JSON.parse(made.get('directory'))
const keys = jose.createLocalJWKSet(directory)

let tests = 0
const test = async (name, body) => {
	await body()
	tests++
	console.log(`ok ${tests} - ${name}`)
}

const privateKey = seed => crypto.createPrivateKey({ format: 'der',
	type: 'pkcs8', key: Buffer.concat([
		Buffer.from('302e020100300506032b657004220420', 'hex'),
		Buffer.from(seed, 'hex')]) })

await test('the directory names its keys by their thumbprints', async () => {
	for (const key of directory.keys)
		assert.equal(await jose.calculateJwkThumbprint(key), key.kid)
})

for (const [name, typ] of [['receipt', 'erasure-receipt+jwt'],
	['head', 'assent-head+jwt']]) {
	const text = made.get(name)

	await test(`jose verifies the ${name}`, async () => {
		const { payload, protectedHeader } =
			await jose.compactVerify(text, keys,
				{ algorithms: ['EdDSA'] })
		assert.deepEqual(Object.keys(protectedHeader).sort(),
			['alg', 'kid', 'typ'])
		assert.equal(protectedHeader.typ, typ)
		assert.equal(JSON.parse(Buffer.from(payload)).v, 1)
	})

	await test(`jose refuses the ${name} with a character changed`,
		async () => {
			for (const part of [0, 1, 2]) {
				const parts = text.split('.')
				const i = parts[part].length >> 1
				const ch = parts[part][i] === 'A' ? 'B' : 'A'
				parts[part] = parts[part].slice(0, i) + ch +
					parts[part].slice(i + 1)
				await assert.rejects(jose.compactVerify(
					parts.join('.'), keys))
			}
		})

	await test(`jose signs the ${name} to the same bytes`, async () => {
		const payload = Buffer.from(text.split('.')[1], 'base64url')
		const kid = made.get(`${name} kid`)
		assert.equal(await new jose.CompactSign(payload)
			.setProtectedHeader({ alg: 'EdDSA', kid, typ })
			.sign(privateKey(made.get(`${name} seed`))), text)
	})
}

await test('OpenSSL agrees on 20,000 signatures', async () => {
	const lines = [], verdicts = []
	for (let i = 0; i < 20000; i++) {
		const seed = crypto.createHash('sha256').update(`${i >> 4}`)
			.digest()
		const secret = privateKey(seed.toString('hex'))
		const spki = crypto.createPublicKey(secret).export(
			{ format: 'der', type: 'spki' })
		const data = Buffer.from(`message ${i}`)
		const signature = crypto.sign(null, data, secret)
		const target = [spki.subarray(12), signature, data, null][i % 4]
		if (target !== null) {
			const draw = crypto.createHash('sha256')
				.update(`bit ${i}`).digest().readUInt32BE()
			const bit = draw % (target.length * 8)
			target[bit >> 3] ^= 1 << (bit & 7)
		}
		const publicKey = crypto.createPublicKey({ key: spki,
			format: 'der', type: 'spki' })
		let holds = false
		try {
			holds = crypto.verify(null, data, publicKey, signature)
		} catch {
			// a key that is no point
		}
		verdicts.push(holds ? '1' : '0')
		lines.push([spki.subarray(12), signature, data]
			.map(bytes => bytes.toString('hex')).join(' '))
	}
	const ours = run('tests/keys/verdicts', lines.join('\n') + '\n')
		.trim().split('\n')
	assert.deepEqual(ours, verdicts)
	assert.equal(verdicts.filter(v => v === '1').length, 5000)
})

console.log(`${tests} passed`)

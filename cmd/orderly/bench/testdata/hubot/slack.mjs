// A Slack adapter for Hubot over Socket Mode, with nothing but what Node has: it acknowledges a delivery as soon as it is
// there, as Slack's own library does, hands mentions on to Hubot, and posts what Hubot says.
import { Adapter, TextMessage, User } from 'hubot'

const { SLACK_API: api, SLACK_APP_TOKEN: appToken, SLACK_BOT_TOKEN: botToken } = process.env

const call = async (method, token, args) => {
  const answer = await fetch(api + method, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json; charset=utf-8', Authorization: `Bearer ${token}` },
    body: JSON.stringify(args)
  })
  const said = await answer.json()
  if (!said.ok) throw new Error(`${method}: ${said.error}`)
  return said
}

class Slack extends Adapter {
  async send (envelope, ...strings) {
    for (const text of strings) await call('chat.postMessage', botToken, { channel: envelope.room, text })
  }

  async reply (envelope, ...strings) {
    await this.send(envelope, ...strings.map(s => `<@${envelope.user.id}>: ${s}`))
  }

  async run () {
    this.robot.on('scripts have loaded', () => this.connect())
    this.emit('connected')
  }

  async connect () {
    this.me = (await call('auth.test', botToken, {})).user_id
    const { url } = await call('apps.connections.open', appToken, {})
    this.socket = new WebSocket(url)
    this.socket.onmessage = ({ data }) => this.take(JSON.parse(data))
    this.socket.onclose = () => process.exit(0)
  }

  take (envelope) {
    if (!envelope.envelope_id) return
    this.socket.send(JSON.stringify({ envelope_id: envelope.envelope_id }))
    const event = envelope.payload?.event
    if (event?.type !== 'app_mention') return
    const text = event.text.replace(`<@${this.me}>`, `@${this.robot.name}`)
    const user = new User(event.user, { room: event.channel })
    this.robot.receive(new TextMessage(user, text, event.ts)).catch(e => this.robot.logger.error(e))
  }
}

export default { use: robot => new Slack(robot) }

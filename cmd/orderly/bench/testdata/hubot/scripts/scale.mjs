// Commands:
//   hubot scale <service> <instances> - says that it scales, and does nothing
export default robot => {
  robot.respond(/scale (\S+) (\d+)$/i, async res => {
    await res.send(`scaling ${res.match[1]} to ${res.match[2]} instances`)
  })
}

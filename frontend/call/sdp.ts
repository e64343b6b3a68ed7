/** What onetrip adds to a session description. Pure text work. */

/**
 * Tells the sender that reads this (remote) description at which rate to start, in kbit/s.
 *
 * Chromium otherwise begins at 300 kbit/s and needs many seconds to reach a legible paper; other browsers ignore the
 * parameter. The estimate still falls at once when the network is worse.
 */
export function withStartBitrate(sdp: string, kbps: number): string {
  const lines = sdp.split("\r\n");
  const result: string[] = [];
  let video = false;
  const codecs = new Set<string>();
  const told = new Set<string>();
  for (const line of lines) {
    if (line.startsWith("m=")) video = line.startsWith("m=video");
    const codec = /^a=rtpmap:(\d+) (VP8|VP9|H264|AV1)\//i.exec(line);
    if (video && codec?.[1]) codecs.add(codec[1]);
    const format = /^a=fmtp:(\d+) /.exec(line);
    if (video && format?.[1] && codecs.has(format[1])) {
      told.add(format[1]);
      result.push(`${line};x-google-start-bitrate=${kbps}`);
    } else result.push(line);
  }
  return result.flatMap((line) => {
    const codec = /^a=rtpmap:(\d+) /.exec(line)?.[1];
    return codec && codecs.has(codec) && !told.has(codec) ? [line, `a=fmtp:${codec} x-google-start-bitrate=${kbps}`] : [line];
  }).join("\r\n");
}

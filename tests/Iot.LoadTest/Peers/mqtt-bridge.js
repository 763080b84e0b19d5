'use strict';
// From an MQTT broker to InfluxDB, as one writes it in an afternoon: QoS 1, a persistent session, SenML JSON to line protocol,
// writes of 5,000 lines or once a second over connections that are kept, and each write repeated until it is taken.
//
// When is a message acknowledged? mqtt.js does it as soon as it has handed the message over, and hands over the next only then.
//   PUBACK=on-receipt    leave it so: lines gather in memory, and what is there when the process dies is gone.
//   PUBACK=after-write   hold it back until the write is answered: nothing is lost, and each message is a write of its own.
const http = require('http');
const mqtt = require('mqtt');

const sink = new URL('/api/v2/write?org=bench&bucket=load&precision=ns', process.env.SINK_URL);
const afterWrite = process.env.PUBACK === 'after-write';
const maxLines = 5000;
const lingerMs = 1000;
const maxWaitingLines = 500000;

const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
let lines = [];
let waiting = 0; // lines that are handed to a write and not answered

/** The lines of one message: readings of one measurement and time become one line. */
function decode(topic, payload) {
  const device = topic.split('/')[2];
  const points = new Map();
  let [name, time] = ['', 0];
  for (const record of JSON.parse(payload)) {
    if (record.bn !== undefined) name = record.bn;
    if (record.bt !== undefined) time = record.bt;
    if (record.v === undefined) continue;

    const [measurement, field] = (name + (record.n ?? '')).split('/');
    const ms = Math.round((time + (record.t ?? 0)) * 1000);
    const key = `${measurement},device=${device} ${ms}`;
    const fields = points.get(key);
    points.set(key, fields === undefined ? `${field}=${record.v}` : `${fields},${field}=${record.v}`);
  }

  return Array.from(points, ([key, fields]) => {
    const space = key.lastIndexOf(' ');
    return `${key.slice(0, space)} ${fields} ${key.slice(space + 1)}000000\n`;
  });
}

function post(body) {
  return new Promise((resolve, reject) => {
    const request = http.request(sink, { agent, method: 'POST', headers: { 'Content-Length': Buffer.byteLength(body) } }, response => {
      response.resume();
      response.on('end', () => response.statusCode < 300 ? resolve() : reject(new Error(`status ${response.statusCode}`)));
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function write(batch) {
  waiting += batch.length;
  const body = batch.join('');
  for (let pause = 100; ; pause = Math.min(pause * 2, 10000)) {
    try {
      await post(body);
      break;
    } catch (error) {
      console.error(`A write of ${batch.length} lines failed (${error.message}); again in ${pause} ms.`);
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  }
  waiting -= batch.length;
}

function flush() {
  if (lines.length === 0) return;
  const batch = lines;
  lines = [];
  write(batch).then(resume);
}

const client = mqtt.connect(process.env.MQTT_URL, { clientId: 'bridge', clean: false, keepalive: 60, reconnectPeriod: 500 });

/** The message that waits for room, if one does. */
let held = null;

function resume() {
  if (held === null || waiting >= maxWaitingLines) return;
  const done = held;
  held = null;
  done();
}

/** mqtt.js sends the PUBACK, and goes on to the next message, when done is called. */
client.handleMessage = (packet, done) => {
  let decoded;
  try {
    decoded = decode(packet.topic, packet.payload);
  } catch (error) {
    console.error(`A message on ${packet.topic} is no SenML and was dropped: ${error.message}`);
    return done();
  }

  if (afterWrite) return void write(decoded).then(() => done());

  for (const line of decoded) lines.push(line);
  if (lines.length >= maxLines) flush();
  if (waiting < maxWaitingLines) return done();
  held = done;
};

client.on('connect', () => client.subscribe('v1/devices/+/telemetry', { qos: 1 }));
client.on('error', error => console.error(error.message));
setInterval(flush, lingerMs);
process.on('SIGTERM', () => client.end(false, {}, async () => {
  if (lines.length > 0) await write(lines);
  process.exit(0);
}));

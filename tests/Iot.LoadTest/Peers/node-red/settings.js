// Node-RED as it comes, without the parts that a machine without a person needs not: no editor, no telemetry, one flow from a file.
module.exports = {
  flowFile: 'flows.json',
  httpAdminRoot: false,
  httpNodeRoot: false,
  uiHost: '127.0.0.1',
  telemetry: { enabled: false },
  logging: { console: { level: 'info', metrics: false, audit: false } },
};

using Iot.EdgeAgent;
using Iot.Configuration;
try {
var o = AgentSettings.Load(AgentSettings.Sources(args));
System.Diagnostics.Debug.WriteLine(o);
foreach (var x in new object[]{o.Device,o.Data,o.Gateway,o.Batching,o.Outbox,o.Simulation}.Concat(o.Sensors.Values)) System.IO.File.AppendAllText("/dev/stdout", x.ToString()+"\n");
} catch (SettingsException e) { System.IO.File.AppendAllText("/dev/stderr", e.Message + "\n"); return 2; }
return 0;

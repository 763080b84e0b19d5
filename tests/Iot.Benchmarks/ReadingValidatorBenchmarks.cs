using System.Text;
using BenchmarkDotNet.Attributes;
using Iot.Gateway;
using Iot.Gateway.Validation;
using Iot.Wire;

namespace Iot.Benchmarks;

/// <summary>A reading, of a batch of 100.</summary>
public class ReadingValidatorBenchmarks
{
    private readonly ReadingBatch _batch = Samples.Batch();
    private readonly List<Rejection> _rejections = [];

    private readonly DeviceSchema _none = DeviceSchema.Default(new());

    private readonly DeviceSchema _tenMetrics = new()
    {
        Type = "pump",
        Measurement = "telemetry"u8.ToArray(),
        Unknown = UnknownMetrics.Reject,
        MaxClockLead = TimeSpan.FromMinutes(10),
        MaxAge = TimeSpan.FromDays(3650),
        Metrics =
        [
            .. Enumerable.Range(0, Samples.Fields).Select(field => new MetricRule
            {
                Measurement = "machine"u8.ToArray(), Field = Encoding.ASCII.GetBytes($"channel_{field}"), Min = 0, Max = 100,
            }),
        ],
    };

    [Benchmark(OperationsPerInvoke = Samples.Readings)]
    public int WithoutSchema() => Judge(_none);

    [Benchmark(OperationsPerInvoke = Samples.Readings)]
    public int AgainstTenMetrics() => Judge(_tenMetrics);

    private int Judge(DeviceSchema schema)
    {
        _rejections.Clear();
        ReadingValidator.Judge(_batch, schema, Samples.Context.ReceivedAtNs, _rejections);
        return _rejections.Count;
    }
}

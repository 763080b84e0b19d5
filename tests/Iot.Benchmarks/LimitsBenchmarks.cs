using BenchmarkDotNet.Attributes;
using Iot.Gateway.Audit;
using Iot.Gateway;
using Iot.Gateway.Decoding;
using Iot.Gateway.Mqtt;
using Iot.Gateway.Mqtt.Quotas;
using Iot.Gateway.Validation;
using Iot.Journal;
using Iot.Wire;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Benchmarks;

/// <summary>What the limits cost a message: charging it to its device, and looking up the series of its readings.</summary>
public class LimitsBenchmarks
{
    private readonly List<Rejection> _rejections = [];
    private readonly ReadingBatch _batch = new();
    private readonly DeviceSchema _schema = DeviceSchema.Default(new());
    private readonly SeriesBudget _series = new(new(), TimeProvider.System, NullLogger<SeriesBudget>.Instance);
    private Place _place = null!;

    [Params(1, Samples.Readings)]
    public int Readings { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        var clock = TimeProvider.System;
        var writer = new AuditWriter(Path.GetTempPath(), new(), new PosixDisk(), clock, NullLogger.Instance, () => throw new InvalidOperationException("Nothing is refused here."));
        var audit = new AuditTrail(writer, new(new(), clock), new(meters), new([]), clock, NullLogger<AuditTrail>.Instance);
        var refusals = new RefusalReport(new(meters), audit, clock, NullLogger<RefusalReport>.Instance);
        var context = new DefaultConnectionContext();
        _ = new Doorkeeper(new(), refusals, TimeProvider.System).Guard(_ => Task.Delay(Timeout.Infinite), handshakes: false)(context);
        _place = context.Features.Get<Place>()!;
        _place.WhyNotFor(DeviceId.Parse("pump-7"));
        new MessageDecoder(1 << 20).TryDecode(PayloadFormat.SenMl, Samples.Cbor(), Samples.Context, _batch, out _);
        if (Readings == 1) First(_batch);
    }

    [Benchmark]
    public TimeSpan Charge()
    {
        _place.Message(500);
        _place.Readings(Readings);
        return _place.Debt();
    }

    [Benchmark]
    public int Series()
    {
        _series.Judge(_batch, _schema, _rejections);
        return _rejections.Count;
    }

    private static void First(ReadingBatch batch)
    {
        var reading = batch.Readings[0];
        var (device, field) = (batch.Device, batch.Text(reading.Field));
        batch.Clear();
        batch.Device = device;
        batch.Add(reading with { Field = batch.AddText(field), Measurement = default, Tags = default });
    }
}

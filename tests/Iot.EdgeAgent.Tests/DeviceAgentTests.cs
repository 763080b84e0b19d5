using System.Security.Cryptography;
using Iot.EdgeAgent.Sensors;
using Iot.EdgeAgent.StoreAndForward;
using Iot.EdgeAgent.Timekeeping;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.EdgeAgent.Tests;

/// <summary>What becomes of a device when one of its streams does not go on.</summary>
public sealed class DeviceAgentTests : IDisposable
{
    private static readonly DeviceId Device = DeviceId.Parse("pump-7");
    private static readonly OutboxOptions Small = new() { MaxBytes = 256 * 1024, SegmentBytes = 64 * 1024, ReserveBytes = 0 };

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task One_stream_that_fails_ends_the_device_and_what_the_others_hold_is_stored()
    {
        var (clock, few) = (TimeProvider.System, new CountingSensor());
        using var time = new Timekeeper(
            MachineClocks.OfThisMachine(new(), clock), new(), TimeNotes.Open(_directory.Path, NullLogger.Instance), NullLogger.Instance);
        using var loggers = new FailingWhenFull();
        SensorGroup[] groups =
        [
            new("few", TimeSpan.FromMilliseconds(10), [few]) { MayBlock = false },
            new("logs", TimeSpan.FromMilliseconds(10), [new TextSensor()]) { MayBlock = false, Stream = "logs" },
        ];
        var agent = new DeviceAgent(Device, groups, _directory["outbox"], Options(), new(clock, loggers, new(clock), time)) { DrainTimeout = TimeSpan.Zero };

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => agent.RunAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));

        Assert.Equal(FailingWhenFull.Reason, failure.Message);
        await using var outbox = Outbox.Open(_directory["outbox"], Device, Small, clock, NullLogger.Instance);
        Assert.Equal(few.Sampled, Readings(outbox));
    }

    private AgentOptions Options()
    {
        var options = AgentSettings.Load(new ConfigurationBuilder().AddInMemoryCollection([new("Data:Path", _directory.Path), new("Device:Id", Device.Value)]).Build());
        return options with
        {
            Batching = new() { MaxAge = TimeSpan.FromHours(1), MaxBytes = 16 * 1024, MaxReadings = 10_000 },
            Outbox = Small with { Compression = PayloadCompression.None, Streams = new() { ["logs"] = new() { MaxBytes = 256 * 1024 } } },
        };
    }

    private static int Readings(Outbox outbox)
    {
        var readings = 0;
        using var reader = outbox.OpenReader(0);
        while (reader.TryRead(out var record))
        {
            OutboxRecord.IsUnbound(record.Payload.Span, out _, out var payload); // whether this machine knows the time or not
            readings += Recorder.Decode(Device, payload).Count;
        }

        return readings;
    }

    private sealed class CountingSensor : ISensor
    {
        public string Name => "few";

        public int Sampled { get; private set; }

        public void Sample(SensorReadings readings) => readings.Add(ReadingName.Parse("few", ""), ++Sampled);

        public void Dispose()
        {
        }
    }

    private sealed class TextSensor : ISensor
    {
        public string Name => "logs";

        public void Sample(SensorReadings readings) =>
            readings.Add(ReadingName.Parse("logs", ""), System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString(RandomNumberGenerator.GetBytes(7_500))));

        public void Dispose()
        {
        }
    }

    /// <summary>A log that breaks down with the line of a full outbox: a failure inside a storing loop that is none of the disk's.</summary>
    private sealed class FailingWhenFull : ILoggerFactory, ILogger
    {
        public const string Reason = "nobody reads this log";

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == 4202) throw new InvalidOperationException(Reason);
        }

        public void Dispose()
        {
        }
    }
}

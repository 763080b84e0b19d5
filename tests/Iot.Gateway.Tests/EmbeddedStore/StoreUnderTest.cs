using System.Text;
using Iot.Gateway.Decoding;
using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Spooling;
using Iot.Testing;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Iot.Gateway.Tests.EmbeddedStore;

/// <summary>A store on a real file, with its sink and queries.</summary>
internal sealed class StoreUnderTest : IAsyncDisposable
{
    private readonly SpooledMessage _message = new(new MessageDecoder(1 << 20));

    public StoreUnderTest(string path, EmbeddedOptions? options = null, ulong journal = 0)
    {
        Options = options ?? new();
        Store = new(path, Options, Clock, NullLogger<ReadingStore>.Instance) { Journal = journal };
        Sink = new(Store, Options, Clock, NullLogger<EmbeddedStoreSink>.Instance);
        Queries = new(Store, Options, TimeProvider.System);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public EmbeddedOptions Options { get; }

    public ReadingStore Store { get; }

    public EmbeddedStoreSink Sink { get; }

    public EmbeddedQueries Queries { get; }

    public static async Task<StoreUnderTest> OpenAsync(TempDirectory directory, EmbeddedOptions? options = null)
    {
        var store = new StoreUnderTest(directory["readings.duckdb"], options);
        await store.Sink.OpenAsync(CancellationToken.None);
        return store;
    }

    /// <summary>One write of one message.</summary>
    public Task<WriteOutcome> WriteAsync(ulong offset, string device, params (string Field, long TimeNs, object Value)[] readings) =>
        WriteAsync(offset + 1, write => write.Add(Message(offset, device, readings)));

    public async Task<WriteOutcome> WriteAsync(ulong next, Action<ISinkWrite> fill)
    {
        using var write = Sink.BeginWrite();
        fill(write);
        return await write.SendAsync(next, CancellationToken.None);
    }

    /// <summary>Valid until the next call.</summary>
    public SpooledMessage Message(ulong offset, string device, IEnumerable<(string Field, long TimeNs, object Value)> readings) =>
        Message(offset, device, "", [], batch =>
        {
            foreach (var (field, timeNs, value) in readings) batch.Add(Reading(batch, field, timeNs, value));
        });

    public SpooledMessage Message(ulong offset, string device, string tags, int[] rejected, Action<ReadingBatch> fill)
    {
        var record = new SpoolRecord
        {
            Verdict = Verdict.Judged,
            Device = Encoding.ASCII.GetBytes(device),
            Measurement = "telemetry"u8,
            Tags = Encoding.UTF8.GetBytes(tags),
        };
        var bytes = new byte[record.HeadLength(rejected.Length)];
        record.WriteHead(bytes, [.. rejected.Select(index => new Rejection(index, RejectReason.WrongKind))]);
        _message.OpenHead(offset, SpoolRecord.Read(bytes));
        fill(_message.Batch);
        return _message;
    }

    public static Reading Reading(ReadingBatch batch, string field, long timeNs, object value, string unit = "", double sum = double.NaN) => new()
    {
        Field = batch.AddText(field),
        Unit = batch.AddText(unit),
        TimeNs = timeNs,
        Kind = value switch
        {
            double => ReadingKind.Float,
            bool => ReadingKind.Boolean,
            string => ReadingKind.String,
            byte[] => ReadingKind.Data,
            _ => ReadingKind.None,
        },
        Number = value switch { double number => number, bool flag => flag ? 1 : 0, _ => 0 },
        Text = value switch { string text => batch.AddText(text), byte[] data => batch.AddText(data), _ => default },
        Sum = sum,
    };

    public async Task<List<StoredReading>> ReadAsync(
        string? device = null, string? field = null, long from = long.MinValue, long to = long.MaxValue,
        TimeSpan? every = null, Aggregate aggregate = Aggregate.Mean, int limit = 1_000_000)
    {
        var query = new ReadingQuery(device is null ? null : DeviceId.Parse(device), null, field, from, to, every, aggregate, limit);
        var rows = new List<StoredReading>();
        await foreach (var row in Queries.ReadingsAsync(query, CancellationToken.None)) rows.Add(row);
        return rows;
    }

    /// <summary>All rows as <c>time field value</c>, for short assertions.</summary>
    public async Task<string[]> TextAsync() =>
        [.. (await ReadAsync()).Select(row => FormattableString.Invariant($"{row.TimeNs} {row.Field} {row.Value}"))];

    public async Task<long> CountAsync(string table)
    {
        await Task.Yield();
        using var connection = Store.Database.Connect();
        return connection.Scalar<long>($"SELECT count(*) FROM {table}");
    }

    public async ValueTask DisposeAsync()
    {
        Queries.Dispose();
        await Sink.DisposeAsync();
    }
}

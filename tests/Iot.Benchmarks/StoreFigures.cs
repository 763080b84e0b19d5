using System.Diagnostics;
using System.Globalization;
using Iot.Gateway.Commands;
using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;
using Iot.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Iot.Benchmarks;

/// <summary>
/// <c>Iot.Benchmarks store DIRECTORY</c>: a store of 1,000 series over 30 days, one of them with a reading a second (2.6 million), the
/// others with one a minute: 45.7 million readings. What it costs to roll them up, chart them, archive a day, copy the store, checkpoint.
/// </summary>
internal static class StoreFigures
{
    private const int Days = 30;
    private const long Second = 1_000_000_000;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly long StartNs = Start.ToUnixTimeSeconds() * Second;
    private static readonly EmbeddedOptions Options = new() { RetainFor = TimeSpan.Zero, Archive = true, ArchiveAfter = TimeSpan.FromHours(1) };

    public static async Task RunAsync(string directory)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, "readings.duckdb");
        if (!File.Exists(path)) Fill(path);

        var clock = new FixedClock(Start.AddDays(Days).AddHours(2));
        using var store = new ReadingStore(path, Options, clock, NullLogger<ReadingStore>.Instance);
        await MeasureAsync("open (with upgrade, when the file is of format 1)", () => store.OpenAsync(default), _ => $"{new FileInfo(path).Length / 1e6:0} MB");
        await MeasureAsync("roll up", () => new RollUps(store, clock).RoundAsync(default), buckets => $"{buckets} buckets of {Count(store, "reading_rows")} readings");
        await ChartsAsync(store);
        await CheckpointAsync(store, path);
        await ArchiveAsync(store, clock, directory);
        await CopyAsync(store, directory);
    }

    /// <summary>In the order of arrival, as delivery writes them.</summary>
    private static void Fill(string path)
    {
        using var database = StoreDatabase.Open(path, Options);
        using var connection = database.Connect();
        connection.Execute("INSERT INTO series SELECT i + 1, 'dev' || i, 'telemetry', 'v', '', 1, 'C' FROM range(1000) t(i)");
        for (var day = 0; day < Days; day++)
        {
            connection.Execute($"""
                INSERT INTO reading_rows SELECT CASE WHEN k < 60 THEN 1 ELSE k - 58 END,
                    {StartNs} + ({day} * 86400 + m * 60 + k % 60) * {Second}, 1, round(20 + 10 * sin((m + {day} * 1440) / 200.0) + random(), 2), NULL, ({day} * 1440 + m) * 20 + k // 60
                FROM range(1440) a(m), range(1059) b(k)
                """);
        }

        connection.Execute("UPDATE store_state SET next_offset = (SELECT max(journal_offset) + 1 FROM reading_rows)");
        connection.Execute("CHECKPOINT");
    }

    private static async Task ChartsAsync(ReadingStore store)
    {
        var month = new ReadingQuery(DeviceId.Parse("dev0"), "telemetry", "v", StartNs, StartNs + (Days * 86_400 * Second), null, Aggregate.Mean, 100_000) { Points = 1500 };
        foreach (var (name, options, query) in new[]
        {
            ("chart of 30 days, 1500 points", Options, month),
            ("the same without roll-ups", Options with { RollUps = false }, month),
            ("hourly means of 30 days", Options, month with { Points = null, Every = TimeSpan.FromHours(1) }),
            ("chart of the last hour", Options, month with { FromNs = month.ToNs - (3600 * Second) }),
            ("every series there is", Options, month with { Points = null, Every = TimeSpan.FromDays(1), Device = null }),
        })
        {
            using var queries = new EmbeddedQueries(store, options, TimeProvider.System);
            var times = new List<double>();
            var (rows, cpu) = (0, Cpu());
            for (var run = 0; run < 15; run++)
            {
                var began = Stopwatch.GetTimestamp();
                rows = 0;
                await foreach (var _ in queries.ReadingsAsync(query, default)) rows++;
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            times.Sort();
            Say(name, $"median {times[7]:0} ms ({times[0]:0} to {times[^1]:0}), CPU {(Cpu() - cpu).TotalMilliseconds / 15:0} ms, {rows} rows");
        }
    }

    /// <summary>How long a write waits for a checkpoint: of what has come in four minutes at 1,000 readings a second.</summary>
    private static async Task CheckpointAsync(ReadingStore store, string path)
    {
        await store.WriteAsync(connection => connection.Execute($"INSERT INTO reading_rows SELECT range % 1000 + 1, {StartNs} + {Days * 86_400 * Second} + range, 1, random(), NULL, 10000000 + range // 1000 FROM range(240000)"), default);
        var log = new FileInfo(path + ".wal").Length;
        await MeasureAsync("checkpoint", () => store.WriteAsync(connection => connection.Execute("CHECKPOINT"), default), () => $"{log / 1e6:0.0} MB of log");
        var before = new FileInfo(path).Length;
        await MeasureAsync("delete 3 days and checkpoint", () => store.WriteAsync(connection => connection.Execute($"DELETE FROM reading_rows WHERE time < {StartNs + (3 * 86_400 * Second)}; CHECKPOINT"), default), () => $"file {before / 1e6:0} MB, then {new FileInfo(path).Length / 1e6:0} MB");
        await MeasureAsync("write as many again", () => store.WriteAsync(connection => connection.Execute($"INSERT INTO reading_rows SELECT series, time + {3 * 86_400 * Second}, kind, number, text, journal_offset + 20000000 FROM reading_rows WHERE time < {StartNs + (6 * 86_400 * Second)}; CHECKPOINT"), default), () => $"file {new FileInfo(path).Length / 1e6:0} MB");
    }

    private static async Task ArchiveAsync(ReadingStore store, TimeProvider clock, string directory)
    {
        await store.WriteAsync(connection => connection.Execute($"INSERT INTO archived_parts SELECT {StartNs} + range * {86_400 * Second}, 'left-out', 0, 0, 0, 0, 0, 0, 0 FROM range({Days - 1})"), default);
        await MeasureAsync("archive one day", () => new Archive(store, Options, clock, NullLogger.Instance).RoundAsync(default), files =>
        {
            var bytes = Directory.EnumerateFiles(Path.Combine(directory, "archive"), "*.parquet", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
            return $"{files} files, {bytes / 1e6:0.0} MB, 1,524,960 readings, read again and compared";
        });
    }

    private static async Task CopyAsync(ReadingStore store, string directory)
    {
        var copy = Path.Combine(directory, "readings.duckdb.export", "copy.duckdb");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        await MeasureAsync("copy the store for a backup", () => Task.Run(() => StoreCopy.Make(store.Database, copy, default)), mark => $"{new FileInfo(copy).Length / 1e6:0} MB, {mark.Rows} readings");
        File.Delete(copy);
    }

    private static Task MeasureAsync(string what, Func<Task> act, Func<string> say) => MeasureAsync(what, async () =>
    {
        await act();
        return 0;
    }, _ => say());

    private static async Task MeasureAsync<T>(string what, Func<Task<T>> act, Func<T, string> say)
    {
        var (began, cpu) = (Stopwatch.GetTimestamp(), Cpu());
        var result = await act();
        var (took, used) = (Stopwatch.GetElapsedTime(began), Cpu() - cpu);
        Say(what, string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:0.00} s, CPU {used.TotalSeconds:0.00} s; ") + say(result));
    }

    private static void Say(string what, string figures) => Terminal.Line($"| {what} | {figures} |");

    private static TimeSpan Cpu() => Process.GetCurrentProcess().TotalProcessorTime;

    private static long Count(ReadingStore store, string table)
    {
        using var connection = store.Database.Connect();
        return connection.Scalar<long>($"SELECT count(*) FROM {table}");
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

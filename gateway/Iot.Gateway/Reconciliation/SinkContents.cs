using DuckDB.NET.Data;
using Iot.Gateway.Delivery;
using Iot.Gateway.EmbeddedStore;
using Iot.Gateway.Influx;
using Iot.Gateway.Spooling;

namespace Iot.Gateway.Reconciliation;

/// <summary>The configured sinks, and those of them that can be counted.</summary>
internal sealed class SinkContents(IReadOnlyList<string> sinks, IReadOnlyList<ISinkContents> countable)
{
    public IReadOnlyList<string> Sinks { get; } = sinks;

    /// <param name="store">The embedded store's open file; asked only when that is a sink.</param>
    public static SinkContents Of(IServiceProvider services, Func<StoreDatabase> store)
    {
        var (journal, clock) = (services.GetRequiredService<FileSpool>().Journal, services.GetRequiredService<TimeProvider>());
        var sinks = services.GetServices<ISink>().ToList();
        var countable = new List<ISinkContents>();
        foreach (var sink in sinks)
        {
            if (sink is EmbeddedStoreSink)
                countable.Add(new EmbeddedContents(store, services.GetRequiredService<EmbeddedOptions>(), journal.Identity, clock));
            if (sink is InfluxSink)
                countable.Add(new InfluxContents(services.GetRequiredService<InfluxQlClient>(), services.GetRequiredService<InfluxOptions>(), journal, clock));
        }

        return new([.. sinks.Select(sink => sink.Name)], countable);
    }

    /// <summary>How far each sink was filled, or why it cannot be asked.</summary>
    /// <param name="only">Only this one; null for all.</param>
    public async Task<IReadOnlyList<AskedSink>> AskAsync(string? only, CancellationToken cancellation)
    {
        var asked = new List<AskedSink>();
        foreach (var sink in Sinks.Where(sink => only is null || sink.Equals(only, StringComparison.OrdinalIgnoreCase)))
        {
            if (countable.FirstOrDefault(one => one.Sink.Equals(sink, StringComparison.Ordinal)) is not { } contents)
            {
                asked.Add(new(sink, null, 0, $"{sink} cannot be asked what it holds."));
                continue;
            }

            var upTo = 0UL;
            var findings = await GuardAsync(sink, async () =>
            {
                upTo = await contents.DeliveredToAsync(cancellation);
                return new(sink);
            });
            asked.Add(findings.Problem is { } problem ? new(sink, null, 0, problem) : new(sink, contents, upTo, null));
        }

        return asked;
    }

    /// <summary>A sink that cannot be counted does not keep the others from it.</summary>
    public static async Task<SinkFindings> GuardAsync(string sink, Func<Task<SinkFindings>> count)
    {
        try
        {
            return await count();
        }
        catch (Exception e) when (e is IOException or TimeoutException or DuckDBException)
        {
            return new(sink) { Problem = e.Message };
        }
    }
}

/// <param name="Contents">Null when it cannot be counted; then <paramref name="Problem"/> says why.</param>
/// <param name="UpTo">One past the last journal offset that it must hold.</param>
internal sealed record AskedSink(string Name, ISinkContents? Contents, ulong UpTo, string? Problem);

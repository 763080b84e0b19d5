using System.Globalization;
using DuckDB.NET.Data;
using Iot.Gateway.EmbeddedStore;

namespace Iot.Gateway.Ledger;

/// <summary>Copies the books into the embedded store now and then, for those who ask it by SQL: the views <c>devices</c> and <c>gaps</c>.</summary>
internal sealed class BooksCopy(GatewayLedger ledger, ReadingStore store, TimeProvider clock, ILogger<BooksCopy> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private const string Sink = "Embedded";

    private (ulong Applied, long Stored)? _copied;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception e) when (e is DuckDBException or IOException)
            {
                log.BooksNotCopied(e, Every.TotalMinutes);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>All of it in one transaction, when the books have changed.</summary>
    public async Task RoundAsync(CancellationToken cancellation)
    {
        var stand = (ledger.Applied, ledger.TotalOf(Sink).Stored);
        if (store.Problem is not null || stand == _copied) return;

        var (books, asOf) = (ledger.All(), (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);
        await store.WriteAsync(connection => Replace(connection, books, asOf), cancellation);
        _copied = stand;
    }

    private static void Replace(DuckDBConnection connection, IReadOnlyList<DeviceBooks> books, long asOf)
    {
        connection.Execute("BEGIN TRANSACTION");
        connection.Execute("DELETE FROM device_rows");
        connection.Execute("DELETE FROM gap_rows");
        using (var devices = connection.CreateAppender("device_rows"))
        using (var gaps = connection.CreateAppender("gap_rows"))
        {
            foreach (var device in books) Append(devices, gaps, device, asOf);
            devices.Close();
            gaps.Close();
        }

        connection.Execute("COMMIT");
    }

    private static void Append(DuckDBAppender devices, DuckDBAppender gaps, DeviceBooks device, long asOf)
    {
        var sink = device.Sinks.FirstOrDefault(one => one.Sink is Sink) ?? new SinkBooks(Sink, 0, 0, 0);
        devices.CreateRow().AppendValue(device.Device.Value)
            .AppendValue(device.Received).AppendValue(device.Accepted).AppendValue(device.Rejected).AppendValue(device.Duplicate)
            .AppendValue(sink.Stored).AppendValue(sink.Pending).AppendValue(sink.DeadLettered)
            .AppendValue(device.LastSeenNs).AppendValue(device.Provable).AppendValue(asOf).EndRow();
        foreach (var gap in device.Gaps)
        {
            gaps.CreateRow().AppendValue(device.Device.Value).AppendValue(gap.Epoch.ToString("x16", CultureInfo.InvariantCulture))
                .AppendValue(gap.From).AppendValue(gap.To).AppendValue(gap.GivenUp).AppendValue(gap.Held).AppendValue(gap.AfterNs).AppendValue(gap.BeforeNs).EndRow();
        }
    }
}

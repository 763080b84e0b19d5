using System.CommandLine;
using Iot.Gateway.Dashboard.Api;
using Iot.Gateway.EmbeddedStore;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway sql "…"</c>: one read-only statement on the embedded store, through the running gateway or on its file.</summary>
internal static class SqlCommand
{
    private const int MeasuredRows = 200;

    private static readonly SqlLimits Limits = new(100_000_000, TimeSpan.FromMinutes(10));

    public static Command Create(IReadOnlyList<string> settings)
    {
        var statement = new Argument<string>("statement") { Description = "One SELECT. The view 'readings' holds every reading once." };
        var csv = new Option<bool>("--csv") { Description = "Print CSV (RFC 4180)." };
        var json = new Option<bool>("--json") { Description = "Print a JSON array of objects." };
        var parquet = new Option<FileInfo?>("--parquet") { Description = "Write a Parquet file, zstd-compressed." };
        var command = GatewayCommand.Create("sql", "Read-only SQL on the embedded store.", (parsed, cancellation) => RunAsync(
            settings, parsed.GetValue(statement)!, FormatOf(parsed.GetValue(csv), parsed.GetValue(json)), parsed.GetValue(parquet), cancellation));
        command.Add(statement);
        command.Add(csv);
        command.Add(json);
        command.Add(parquet);
        command.Validators.Add(result =>
        {
            var asked = new[] { result.GetValue(csv), result.GetValue(json), result.GetValue(parquet) is not null };
            if (asked.Count(chosen => chosen) > 1) result.AddError("--csv, --json and --parquet exclude each other; give one.");
        });
        return command;
    }

    private static SqlFormat FormatOf(bool csv, bool json) => csv ? SqlFormat.Csv : json ? SqlFormat.Json : SqlFormat.Table;

    private static async Task<int> RunAsync(
        IReadOnlyList<string> settings, string statement, SqlFormat format, FileInfo? parquet, CancellationToken cancellation)
    {
        await using var gateway = GatewayHost.BuildParts(settings);
        using var client = GatewayClient.Of(gateway.Services);
        var asked = parquet is null ? format : SqlFormat.Parquet;
        var path = $"/api/v1/sql?format={asked.ToString().ToLowerInvariant()}&query={Uri.EscapeDataString(statement)}";

        using var answer = await client.SendAsync(path, cancellation);
        if (parquet is null)
        {
            if (answer is null) await OnFileAsync(gateway.Services, statement, format, null, cancellation);
            else await Terminal.CopyAsync(await answer.Content.ReadAsStreamAsync(cancellation), cancellation);
            return GatewayCommandLine.Done;
        }

        await ReplaceAsync(parquet, to => answer is null ? OnFileAsync(gateway.Services, statement, format, to, cancellation) : SaveAsync(answer, to, cancellation));
        return GatewayCommandLine.Done;
    }

    /// <summary>What is refused or breaks off replaces nothing. A link or a device, which has no length, is written to and never replaced.</summary>
    private static async Task ReplaceAsync(FileInfo file, Func<string, Task> write)
    {
        if (file.Exists && (file.LinkTarget is not null || file.Length == 0))
        {
            await write(file.FullName);
            return;
        }

        var temporary = file.FullName + ".partial";
        try
        {
            await write(temporary);
            using (var written = File.OpenHandle(temporary, access: FileAccess.ReadWrite)) RandomAccess.FlushToDisk(written); // before the one of before goes
            File.Move(temporary, file.FullName, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task SaveAsync(HttpResponseMessage answer, string path, CancellationToken cancellation)
    {
        await using var file = File.Create(path);
        await answer.Content.CopyToAsync(file, cancellation);
    }

    /// <summary>No gateway runs, so the file is free: DuckDB lets one process in.</summary>
    /// <param name="target">A Parquet file; null to print.</param>
    private static async Task OnFileAsync(
        IServiceProvider services, string statement, SqlFormat format, string? target, CancellationToken cancellation)
    {
        using var database = StoreDatabase.OpenToRead(
            services.GetRequiredService<DataOptions>().StorePath, services.GetRequiredService<EmbeddedOptions>(),
            target is null ? Path.GetTempPath() : Path.GetDirectoryName(target)!);
        var query = await SqlQuery.PrepareAsync(database, statement, Limits, services.GetRequiredService<TimeProvider>(), cancellation);
        _ = target is not null
            ? await query.WriteParquetAsync(target, cancellation)
            : await SqlRows.WriteAsync(query, format, Terminal.Out, MeasuredRows, cancellation);
    }
}

using System.Globalization;
using Iot.Gateway.DeadLetters;

namespace Iot.Gateway.Reconciliation;

/// <summary>Compares what one sink holds with the journal: by counts first, then, where those differ, reading by reading.</summary>
/// <remarks>
/// Under live traffic this is exact: readings up to one offset must be there, and those that the journal has got since, read
/// after the sink was asked, may be there.
/// </remarks>
internal sealed class SinkComparison(
    ISinkContents contents, ulong upTo, Recount recount, ScratchDatabase scratch, DeviceTally tally, DeadLetterStore letters,
    ReconcileQuestion question, IProgress<ReconcileProgress> progress, CancellationToken cancellation)
{
    private const long Minute = 60_000_000_000;

    /// <summary>About as many buckets as the range is cut into.</summary>
    private const long Buckets = 500;

    private readonly ulong _first = recount.First;
    private readonly long _widthNs = Width(recount);
    private readonly ComparisonSql _sql = new(contents.Sink, Width(recount), recount.First, upTo);
    private readonly FoundTables _found = new(scratch, device => contents.NotesOffsets || tally.Knows(device));

    public async Task<SinkFindings> RunAsync()
    {
        scratch.Execute(ComparisonSql.Begin);
        var refused = new RefusedReadings(letters, scratch).Take(contents.Sink, question.Device);
        await CountAsync();
        await LookCloserAsync();
        CatchUp();
        var keptFrom = await KeptFromAsync();
        var rounds = ComparisonSql.Rounds(recount.Rows + _found.Rows);
        for (var round = 0; round < rounds; round++)
        {
            Report("comparing", (double)round / rounds);
            scratch.Execute(_sql.Differ(keptFrom, round, rounds));
        }

        return Findings(refused, keptFrom);
    }

    private async Task CountAsync()
    {
        Report("counting");
        var keptFrom = await KeptFromAsync();
        var range = Range(keptFrom, question.ToNs, question.Device is { } only ? [only.Value] : null);
        await _found.TakeAsync(contents.CountAsync(range, _widthNs, cancellation), cancellation);
        if (!contents.NotesOffsets) recount.ReadOn(static _ => { }, cancellation);

        Spell();
        scratch.Execute(ComparisonSql.Names);
        scratch.Execute(ComparisonSql.Numbers);
        var rounds = ComparisonSql.Rounds(recount.Rows);
        for (var round = 0; round < rounds; round++) scratch.Execute(_sql.CountExpected(keptFrom, round, rounds));
        scratch.Execute(_sql.Doubt(question.Full, tail: !contents.NotesOffsets));
    }

    private async Task LookCloserAsync()
    {
        var runs = scratch.List(_sql.Runs, row => (
            Measurement: row.GetString(0), Field: row.GetString(1), From: row.GetInt64(2), To: row.GetInt64(3), Devices: row.IsDBNull(4) ? null : row.GetString(4).Split(',')));
        for (var i = 0; i < runs.Count; i++)
        {
            Report(string.Create(CultureInfo.InvariantCulture, $"looking closer at {runs.Count} places"), (double)i / runs.Count);
            var to = runs[i].To > question.ToNs - _widthNs ? question.ToNs : runs[i].To + _widthNs;
            var range = Range(runs[i].From, to, runs[i].Devices);
            await _found.TakeAsync(contents.ReadingsAsync(range, runs[i].Measurement, runs[i].Field, cancellation), cancellation);
        }
    }

    /// <summary>What the sink may have got meanwhile is in the journal by now.</summary>
    private void CatchUp()
    {
        recount.ReadOn(static _ => { }, cancellation);
        Spell();
        scratch.Execute(ComparisonSql.Numbers);
    }

    private void Spell()
    {
        scratch.Execute(ComparisonSql.BeginSpelled);
        using var spelled = scratch.Appender("spelled");
        scratch.Each("SELECT key, device, measurement, field, tags FROM keys", row =>
        {
            var series = contents.Spell(new(row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4)));
            spelled.CreateRow().AppendValue(row.GetInt32(0)).AppendValue(series.Device).AppendValue(series.Measurement).AppendValue(series.Field).AppendValue(series.Tags).EndRow();
        });
        spelled.Close();
    }

    private SinkFindings Findings(long refused, long keptFrom)
    {
        var differences = new Differences(scratch);
        var older = contents.NotesOffsets ? 0 : differences.TakeOlder(recount.ProofFromNs);
        var expected = scratch.Number("SELECT coalesce(sum(readings), 0)::BIGINT FROM expected_counts");
        var findings = new SinkFindings(contents.Sink)
        {
            UpTo = upTo,
            Expected = expected,
            Found = _found.Counted,
            Missing = scratch.Number("SELECT count(*) FROM missing"),
            Extra = scratch.Number("SELECT count(*) FROM extra"),
            Doubled = scratch.Number("SELECT coalesce(sum(times), 0)::BIGINT FROM doubled"),
            Older = older,
            Refused = refused,
            Strangers = _found.Strangers,
            MissingReadings = differences.Missing(),
            ExtraReadings = differences.Extra("extra"),
            DoubledReadings = differences.Extra("doubled"),
            KeptFromNs = keptFrom > question.FromNs ? keptFrom : null,
            RefusedUnnamed = RefusedUnnamed(refused),
        };
        var later = findings.Found - (findings.Expected - findings.Missing + findings.Extra + findings.Doubled + older);
        return findings with { Later = Math.Max(0, later) };
    }

    private long RefusedUnnamed(long named) => letters.Counts()
        .Where(count => count.Origin.Equals(contents.Sink, StringComparison.Ordinal) && (question.Device is not { } only || count.Device == only))
        .Sum(count => count.Letters) - named;

    private async Task<long> KeptFromAsync() => Math.Max(question.FromNs, await contents.KeptFromAsync(cancellation));

    private FoundRange Range(long from, long to, IReadOnlyList<string>? devices) => new(Math.Max(from, question.FromNs), to, devices, _first, upTo);

    private void Report(string what, double? share = null) => progress.Report(new($"{contents.Sink}: {what}", share));

    private static long Width(Recount recount) => recount.Rows == 0 ? 60 * 24 * Minute : ((recount.NewestNs - recount.OldestNs) / Buckets / Minute * Minute) + Minute;
}

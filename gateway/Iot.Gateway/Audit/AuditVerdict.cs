namespace Iot.Gateway.Audit;

/// <summary>What was found by reading every line again.</summary>
/// <param name="First">Number of the first entry there is; 0 for none.</param>
/// <param name="Last">Number of the last entry that was verified.</param>
/// <param name="Hash">The last entry's hash: noted elsewhere, it proves later that nothing was taken from the end.</param>
/// <param name="SignedTo">Number of the last checkpoint; what follows it is chained and not signed yet.</param>
/// <param name="Keys">Fingerprints of the keys that signed.</param>
/// <param name="Finding">The first thing that is not as it was written; null when the log is intact.</param>
internal sealed record AuditVerdict(
    int Files, long First, long Last, string Hash, long SignedTo, string? SignedAt, IReadOnlyList<string> Keys, AuditFinding? Finding)
{
    public long Entries => Last == 0 ? 0 : Last - First + 1;

    public long Unsigned => Last - SignedTo;
}

/// <param name="Line">In the file, from 1.</param>
/// <param name="Entry">Number that the entry there has, or should have.</param>
/// <param name="What">A sentence.</param>
internal sealed record AuditFinding(string File, int Line, long Entry, string What);

/// <summary>An entry that somebody noted elsewhere: it must be in the log, with this hash.</summary>
internal sealed record AuditWitness(long Seq, string Hash)
{
    /// <summary>As <c>audit verify</c> prints it: <c>812:3f…</c>.</summary>
    public static bool TryParse(string text, out AuditWitness? witness)
    {
        witness = null;
        if (text.Split(':') is not [var number, { Length: AuditLine.HashLength } hash]) return false;
        if (!long.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seq)) return false;

        witness = new(seq, hash);
        return true;
    }
}

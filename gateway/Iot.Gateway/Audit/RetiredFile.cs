using System.Globalization;

namespace Iot.Gateway.Audit;

/// <summary>A file whose time has come. The entry that says so is written before it goes: a file that is missing without one was taken.</summary>
internal sealed record RetiredFile(string Path, AuditEvent Event)
{
    private const string Range = "entries ";

    /// <summary>From the oldest on, never the newest.</summary>
    public static List<RetiredFile> Of(AuditFiles files, AuditOptions options, DateTimeOffset now)
    {
        var all = files.All();
        var total = all.Sum(file => file.Length);
        var retired = new List<RetiredFile>();
        for (var i = 0; i + 1 < all.Count; i++)
        {
            var isOld = files.FirstEntry(all[i + 1].Path) is { } next && next.Time < now - options.KeepFor;
            if (total <= options.MaxBytes && !isOld) break;

            total -= all[i].Length;
            retired.Add(new(all[i].Path, new(
                AuditAct.Retention, On: string.Create(CultureInfo.InvariantCulture, $"{Range}{all[i].First}-{all[i + 1].First - 1}"),
                Detail: isOld ? "older than Audit:KeepFor" : "beyond Audit:MaxBytes")));
        }

        return retired;
    }

    /// <summary>The last entry that such an entry says is gone; 0 for any other.</summary>
    public static long LastGone(AuditEntry entry) =>
        entry.Act.Equals(AuditActs.NameOf(AuditAct.Retention), StringComparison.Ordinal)
        && entry.On is { } on && on.StartsWith(Range, StringComparison.Ordinal)
        && long.TryParse(on.AsSpan(on.IndexOf('-', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : 0;
}

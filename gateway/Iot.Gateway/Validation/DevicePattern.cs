using Iot.Wire;

namespace Iot.Gateway.Validation;

/// <summary>A pattern of device ids: <c>*</c> stands for any characters or none, <c>?</c> for one. Case counts.</summary>
/// <remarks>Of several that match, the one with the most literal characters wins, then the one with the fewest <c>*</c>, then the first by spelling.</remarks>
internal sealed record DevicePattern(string Text)
{
    /// <summary>The more specific one first.</summary>
    public static Comparer<DevicePattern> BySpecificity { get; } = Comparer<DevicePattern>.Create((left, right) =>
        left.Literals != right.Literals ? right.Literals.CompareTo(left.Literals)
        : left.Stars != right.Stars ? left.Stars.CompareTo(right.Stars)
        : string.CompareOrdinal(left.Text, right.Text));

    private int Literals { get; } = Text.Count(c => c is not ('*' or '?'));

    private int Stars { get; } = Text.Count(c => c == '*');

    /// <summary>Whether <paramref name="text"/> can match any device id at all.</summary>
    public static bool IsValid(string text) =>
        text.Length is > 0 and <= DeviceId.MaxLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '*' or '?');

    /// <summary>Linear but for the last <c>*</c>, which is tried again further right: at most 64 × 64 steps.</summary>
    public bool Matches(DeviceId device)
    {
        var id = device.Value;
        var (at, pattern, star, retry) = (0, 0, -1, 0);
        while (at < id.Length)
        {
            if (pattern < Text.Length && Text[pattern] == '*')
            {
                star = pattern++;
                retry = at;
            }
            else if (pattern < Text.Length && (Text[pattern] == '?' || Text[pattern] == id[at]))
            {
                at++;
                pattern++;
            }
            else if (star >= 0)
            {
                pattern = star + 1;
                at = ++retry;
            }
            else
            {
                return false;
            }
        }

        return Text.AsSpan(pattern).TrimStart('*').IsEmpty;
    }
}

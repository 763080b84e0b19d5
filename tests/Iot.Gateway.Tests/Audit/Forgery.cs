using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Iot.Gateway.Tests.Audit;

/// <summary>What somebody without the key can do: change a line and make all hashes after it right again.</summary>
internal static partial class Forgery
{
    public static void Rehash(List<string> lines, int from, Func<string, string> change)
    {
        lines[from] = change(lines[from]);
        for (var at = from; at < lines.Count; at++)
        {
            if (at > from) lines[at] = Previous().Replace(lines[at], $"\"prev\":\"{HashOf(lines[at - 1])}\"");
            var body = lines[at][..lines[at].LastIndexOf(",\"hash\":", StringComparison.Ordinal)];
            lines[at] = $"{body},\"hash\":\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))}\"}}";
        }
    }

    private static string HashOf(string line) => line[^66..^2];

    [GeneratedRegex("\"prev\":\"[0-9a-f]{64}\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Previous();
}

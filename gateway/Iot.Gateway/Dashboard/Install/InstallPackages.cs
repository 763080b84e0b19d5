using System.Text.RegularExpressions;

namespace Iot.Gateway.Dashboard.Install;

/// <summary>The edge agent's packages that this gateway hands out: those in its list, and no other file. Thread-safe; the list is read for each question, so new packages need no restart.</summary>
internal sealed partial class InstallPackages(InstallOptions options)
{
    public const string ListName = "SHA256SUMS";

    private const int LongestList = 64 * 1024;

    private string ListPath => Path.Combine(options.Path, ListName);

    /// <summary>One sentence when there are none; null when there are.</summary>
    public string? WhyNone => File.Exists(ListPath) ? null
        : $"This gateway has no packages of the edge agent: there is no '{ListPath}'. Install the gateway from its Debian package, or put the agent's packages and a {ListName} into a directory and name it as Install:Path.";

    /// <summary>SHA-256, two blanks, name: a line each, the newest version last, as sha256sum reads it.</summary>
    /// <exception cref="InstallListException">It is not that.</exception>
    public IReadOnlyList<InstallPackage> List()
    {
        if (new FileInfo(ListPath).Length > LongestList) throw new InstallListException(ListPath, 0, $"it has more than {LongestList} bytes");

        return [.. File.ReadLines(ListPath).Select((line, at) => Line().Match(line) is { Success: true } match
            ? new InstallPackage(match.Groups["name"].Value, match.Groups["hash"].Value, Path.Combine(options.Path, match.Groups["name"].Value))
            : throw new InstallListException(ListPath, at + 1, "it must be a SHA-256 in hexadecimal, two blanks, and iot-edge-agent_VERSION_ARCHITECTURE.deb, .tar.gz or .release"))];
    }

    [GeneratedRegex(@"^(?<hash>[0-9a-f]{64})  (?<name>iot-edge-agent_[0-9][0-9A-Za-z.+~-]{0,63}_[a-z0-9]{1,16}\.(deb|tar\.gz|release))$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Line();
}

/// <param name="Hash">SHA-256, hexadecimal.</param>
internal sealed record InstallPackage(string Name, string Hash, string Path);

/// <summary>The list of packages is not what <c>sha256sum</c> writes. Nothing is served until it is.</summary>
/// <param name="line">From 1; 0: the file as a whole.</param>
internal sealed class InstallListException(string path, int line, string finding) : IOException($"'{path}', line {line}: {finding}. Write it anew: sha256sum iot-edge-agent_* | sort -t _ -k 2,2V > {InstallPackages.ListName}")
{
    public string Path { get; } = path;

    public int Line { get; } = line;
}

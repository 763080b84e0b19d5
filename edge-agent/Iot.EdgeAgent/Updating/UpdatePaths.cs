using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Iot.Journal;

namespace Iot.EdgeAgent.Updating;

/// <summary>Where an update lies on its way from the agent, who fetches it, to root, who installs it.</summary>
/// <remarks>
/// <code>
/// DATA/update/fetched/   the agent's: what is being fetched, kept over restarts
/// DATA/update/ready/     the agent's: whole and checked
/// DATA/update/request    the agent's: that it changes starts iot-edge-agent-update.service
/// ROOT/next/             root's: the copy that is checked again and installed
/// ROOT/current/          root's: the package that runs, to go back to
/// ROOT/installer         root's: while a version is on trial, the program that ends it after a power cut
/// ROOT/result.json       root's: how it went, for all to read
/// </code>
/// Root only reads what the agent owns, and deletes nothing there: a path may be another's the next moment.
/// </remarks>
internal sealed class UpdatePaths(string data, string root = "/var/lib/iot-edge-agent-update", string keyFile = UpdatePaths.KeyFile)
{
    /// <summary>The public key of whoever makes releases, PEM. Without it nothing is ever updated.</summary>
    public const string KeyFile = "/etc/iot-edge-agent/release.pem";

    public const string ReleaseName = "release";
    public const string PackageName = "package.deb";

    public string Fetched { get; } = Path.Combine(data, "update", "fetched");

    public string Ready { get; } = Path.Combine(data, "update", "ready");

    public string Request { get; } = Path.Combine(data, "update", "request");

    public string Next { get; } = Path.Combine(root, "next");

    public string Current { get; } = Path.Combine(root, "current");

    /// <summary>What the agent handed over as the package that runs, until it is checked.</summary>
    public string Given { get; } = Path.Combine(root, "given");

    private string InstallerPath { get; } = Path.Combine(root, "installer");

    private string ResultPath { get; } = Path.Combine(root, "result.json");

    /// <summary>Null before the first update.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public UpdateResult? Result()
    {
        try
        {
            return File.Exists(ResultPath) ? JsonSerializer.Deserialize(File.ReadAllBytes(ResultPath), UpdateFormat.Default.UpdateResult) : null;
        }
        catch (JsonException e)
        {
            throw new IOException($"'{ResultPath}' is damaged: {e.Message} Delete it.", e);
        }
    }

    /// <summary>On disk when it returns.</summary>
    public void Note(UpdateResult result)
    {
        Directory.CreateDirectory(root);
        var disk = new PosixDisk();
        var fresh = ResultPath + ".new";
        File.Delete(fresh);
        using (var file = disk.Create(fresh))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(result, UpdateFormat.Default.UpdateResult), 0);
            file.Sync();
        }

        disk.Rename(fresh, ResultPath);
        disk.SyncDirectory(root);
    }

    /// <summary>Null while another of root's runs is at work.</summary>
    public IDisposable? TryLock()
    {
        Directory.CreateDirectory(root);
        return new PosixDisk().TryLock(Path.Combine(root, "lock"));
    }

    /// <summary>The version that the agent asks for; what it wrote is nobody's word but its own.</summary>
    public string Requested()
    {
        var asked = UntrustedFile.Read(Request, 64) is { } bytes ? Encoding.ASCII.GetString(bytes) : "";
        return Release.IsVersion(asked) ? asked : "unknown";
    }

    /// <summary>Keeps a copy of this program, which knows the way back. Durable with the result that is noted next.</summary>
    public void KeepInstaller()
    {
        if (Environment.ProcessPath is not { } program || !Path.GetFileName(program).Equals(Release.Package, StringComparison.Ordinal)) return; // run by dotnet

        DropInstaller();
        File.Copy(program, InstallerPath);
        using var copy = new PosixDisk().Open(InstallerPath, writable: true);
        copy.Sync();
    }

    public void DropInstaller() => File.Delete(InstallerPath);

    /// <summary>The release's key; null with the reason, a sentence, when this device is not to be updated.</summary>
    public ECDsa? Key(out string whyNot)
    {
        whyNot = "";
        if (!File.Exists(keyFile))
        {
            whyNot = $"There is no '{keyFile}', the key of whoever makes releases, so none is believed.";
            return null;
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(keyFile));
            return key;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            key.Dispose();
            whyNot = $"'{keyFile}' holds no public key of an elliptic curve in PEM: {e.Message}";
            return null;
        }
    }

    /// <summary>The release in a folder whose package is the one that it names; null with the reason, a sentence.</summary>
    public static Release? Checked(string folder, ECDsa key, out string whyNot)
    {
        var (releasePath, packagePath) = (Path.Combine(folder, ReleaseName), Path.Combine(folder, PackageName));
        if (!File.Exists(releasePath) || !File.Exists(packagePath))
        {
            whyNot = $"'{folder}' lacks a release file or a package.";
            return null;
        }

        if (Release.Verify(File.ReadAllBytes(releasePath), key, out whyNot) is not { } release) return null;

        using var package = File.OpenRead(packagePath);
        if (package.Length == release.Size && SHA256.HashData(package).AsSpan().SequenceEqual(release.Hash.Span)) return release;

        whyNot = "The package is not the one that the release names: its size or SHA-256 differs.";
        return null;
    }
}

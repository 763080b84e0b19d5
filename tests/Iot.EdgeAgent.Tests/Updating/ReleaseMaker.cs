using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Iot.EdgeAgent.Updating;

namespace Iot.EdgeAgent.Tests.Updating;

/// <summary>Makes real Debian packages and signs their releases, as <c>make deb</c> does.</summary>
internal sealed class ReleaseMaker : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string PublicKeyPem => _key.ExportSubjectPublicKeyInfoPem();

    /// <summary>A package whose program is a file that holds <paramref name="program"/>; both files as they are in <paramref name="folder"/>.</summary>
    public void Write(string folder, string version, string program, string? releaseName = null, string? packageName = null)
    {
        Directory.CreateDirectory(folder);
        var package = Path.Combine(folder, packageName ?? UpdatePaths.PackageName);
        Package(package, version, program);
        File.WriteAllBytes(Path.Combine(folder, releaseName ?? UpdatePaths.ReleaseName), Release(version, File.ReadAllBytes(package)));
    }

    public byte[] Release(string version, byte[] package, string? architecture = null, string name = "iot-edge-agent", ECDsa? key = null)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $$"""
            {"package":"{{name}}","version":"{{version}}","architecture":"{{architecture ?? ThisArchitecture}}","file":"x.deb","size":{{package.Length}},"sha256":"{{Convert.ToHexStringLower(SHA256.HashData(package))}}"}
            """);
        var signature = (key ?? _key).SignData(Encoding.UTF8.GetBytes(line), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Encoding.UTF8.GetBytes($"{line}\n{Convert.ToBase64String(signature)}\n");
    }

    public void Dispose() => _key.Dispose();

    private static string ThisArchitecture => EdgeAgent.Updating.Release.Architecture;

    private static void Package(string path, string version, string program)
    {
        var tree = Path.Combine(Path.GetDirectoryName(path)!, "tree");
        Directory.CreateDirectory(Path.Combine(tree, "DEBIAN"));
        Directory.CreateDirectory(Path.Combine(tree, "usr", "lib"));
        File.WriteAllText(Path.Combine(tree, "usr", "lib", "iot-edge-agent"), program);
        File.WriteAllText(Path.Combine(tree, "DEBIAN", "control"), $"""
            Package: iot-edge-agent
            Version: {version}
            Architecture: all
            Maintainer: nobody <nobody@example.org>
            Description: a test

            """);
        Run("dpkg-deb", "-Znone", "-b", tree, path);
        Directory.Delete(tree, recursive: true);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}

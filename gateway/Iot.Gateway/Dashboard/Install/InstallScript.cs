using System.Security.Cryptography;

namespace Iot.Gateway.Dashboard.Install;

/// <summary><c>install.sh</c>, which is in the program: always the one that belongs to this version, and its hash is known where no gateway runs.</summary>
internal static class InstallScript
{
    public static ReadOnlyMemory<byte> Content { get; } = Read();

    /// <summary>SHA-256, hexadecimal.</summary>
    public static string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Content.Span));

    private static byte[] Read()
    {
        using var resource = typeof(InstallScript).Assembly.GetManifestResourceStream("install.sh")!;
        var content = new byte[resource.Length];
        resource.ReadExactly(content);
        return content;
    }
}

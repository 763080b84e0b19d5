using Iot.Testing;

namespace Iot.Gateway.Tests.Devices;

/// <summary>The real openssl: keys, requests, proofs, and what it thinks of our certificates.</summary>
internal sealed class OpenSsl(TempDirectory directory)
{
    public static readonly string[] P256 = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];

    /// <returns>The request in PEM; the key is in <c>name.key</c>.</returns>
    public async Task<string> CsrAsync(string name, string subject, string[]? key = null, params string[] more)
    {
        await RunAsync(["genpkey", .. key ?? P256, "-out", directory[name + ".key"]]);
        return await CsrOfKeyAsync(name, name, subject, more);
    }

    /// <summary>For a key that is there already.</summary>
    public async Task<string> CsrOfKeyAsync(string name, string key, string subject, params string[] more)
    {
        await RunAsync(["req", "-new", "-key", directory[key + ".key"], "-subj", subject, "-out", directory[name + ".csr"], .. more]);
        return await File.ReadAllTextAsync(directory[name + ".csr"]);
    }

    /// <summary>One that was made before.</summary>
    public Task<string> RequestAsync(string name) => File.ReadAllTextAsync(directory[name + ".csr"]);

    /// <summary>A signature of one name's key over another's request.</summary>
    public async Task<byte[]> SignAsync(string key, string request)
    {
        await RunAsync("req", "-in", directory[request + ".csr"], "-outform", "DER", "-out", directory[request + ".der"]);
        await RunAsync("dgst", "-sha256", "-sign", directory[key + ".key"], "-out", directory[request + ".sig"], directory[request + ".der"]);
        return await File.ReadAllBytesAsync(directory[request + ".sig"]);
    }

    /// <returns>Exit code and what it said.</returns>
    public async Task<(int ExitCode, string Output)> VerifyAsync(string root, string chain, string certificate, string purpose = "sslclient")
    {
        await File.WriteAllTextAsync(directory["root.verify"], root);
        await File.WriteAllTextAsync(directory["chain.verify"], chain);
        await File.WriteAllTextAsync(directory["certificate.verify"], certificate);
        return await RealProcess.RunAsync(
            "openssl", ["verify", "-x509_strict", "-purpose", purpose, "-CAfile", directory["root.verify"], "-untrusted", directory["chain.verify"], directory["certificate.verify"]]);
    }

    public async Task<string> TextAsync(string certificate)
    {
        await File.WriteAllTextAsync(directory["certificate.text"], certificate);
        return await RunAsync("x509", "-in", directory["certificate.text"], "-noout", "-text");
    }

    public static async Task<string> RunAsync(params string[] words)
    {
        var (exitCode, output) = await RealProcess.RunAsync("openssl", words);
        Assert.True(exitCode == 0, output);
        return output;
    }
}

using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Iot.Gateway.Audit;
using Iot.Journal;

namespace Iot.Gateway.Commands;

/// <summary><c>iot-gateway audit verify</c>: every line, every signature. Exit code 0: intact; 1: not, and the first place where it is not.</summary>
internal static class AuditVerification
{
    public static Command Create(IReadOnlyList<string> settings)
    {
        var path = new Option<string>("--path") { Description = "Another directory of a log, or an export, than the one of this gateway." };
        var key = new Option<string[]>("--key") { Description = "Public key to trust, a PEM file kept elsewhere; default those that lie beside the log.", AllowMultipleArgumentsPerToken = true };
        var expect = new Option<string>("--expect") { Description = "NUMBER:HASH as an earlier verify printed it: that entry must still be there." };
        var command = GatewayCommand.Create("verify", "Checks every hash, the chain and every signature; exit code 1 names the first line that is not as it was written.", async (parsed, _) =>
        {
            var asked = parsed.GetValue(path) ?? await DirectoryOfAsync(settings);
            AuditWitness? witness = null;
            if (parsed.GetValue(expect) is { } text && !AuditWitness.TryParse(text, out witness))
                throw new InvalidDataException($"--expect {text}: must be NUMBER:HASH, as 'audit verify' prints it.");

            return Print(Verify(asked, parsed.GetValue(key) ?? [], witness), witness);
        });
        foreach (var option in new Option[] { path, key, expect }) command.Add(option);
        return command;
    }

    private static async Task<string> DirectoryOfAsync(IReadOnlyList<string> settings)
    {
        await using var gateway = GatewayHost.BuildParts(settings);
        return gateway.Services.GetRequiredService<AuditReader>().Directory;
    }

    private static AuditVerdict Verify(string path, string[] keyFiles, AuditWitness? witness)
    {
        var disk = new PosixDisk();
        var isDirectory = Directory.Exists(path);
        if (!isDirectory && !File.Exists(path)) throw new FileNotFoundException($"'{path}' is neither a directory nor a file: give the log's directory, data/audit, or an export.");

        var directory = isDirectory ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        var files = isDirectory ? new AuditFiles(path, disk).All() : [new AuditFile(path, 0, new FileInfo(path).Length)];
        return new AuditVerifier(disk, Keys(directory, keyFiles), IsBeingWritten(directory, disk), witness).Verify(files);
    }

    private static Dictionary<string, ECDsa> Keys(string directory, string[] files) => files.Length == 0
        ? AuditKey.PublicKeys(directory)
        : files.Select(AuditKey.ReadPublic).ToDictionary(AuditKey.FingerprintOf, StringComparer.Ordinal);

    private static bool IsBeingWritten(string directory, PosixDisk disk)
    {
        var path = Path.Combine(directory, AuditWriter.LockName);
        if (!File.Exists(path)) return false;

        try
        {
            using var held = disk.TryLock(path);
            return held is null;
        }
        catch (DiskException)
        {
            return false; // who may only read cannot know; a line that is just being written is then named as torn
        }
    }

    private static int Print(AuditVerdict verdict, AuditWitness? witness)
    {
        if (verdict.Finding is { } finding)
        {
            Terminal.Error(string.Create(CultureInfo.InvariantCulture, $"{finding.File}, line {finding.Line}, entry {finding.Entry}: {finding.What}"));
            Terminal.Line(verdict.Last == 0 ? "Nothing before it." : string.Create(CultureInfo.InvariantCulture, $"Entries {verdict.First} to {verdict.Last} before it are intact; the last signed is {verdict.SignedTo}."));
            return GatewayCommandLine.Failed;
        }

        if (verdict.Last == 0)
        {
            Terminal.Error("There is no audit log there: no file audit-….jsonl. A gateway that has run has one.");
            return GatewayCommandLine.Failed;
        }

        Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"intact     {verdict.Entries} entries, {verdict.First} to {verdict.Last}; files: {verdict.Files}"));
        Terminal.Line($"signed     to entry {verdict.SignedTo.ToString(CultureInfo.InvariantCulture)}, {verdict.SignedAt}, by {string.Join(", ", verdict.Keys)}");
        if (verdict.Unsigned > 0)
            Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"unsigned   {verdict.Unsigned} entries after it are chained only: a gateway runs, or has crashed, or what followed was taken away"));
        if (witness is not null) Terminal.Line($"expected   entry {witness.Seq.ToString(CultureInfo.InvariantCulture)} is there as it was noted");
        Terminal.Line($"head       {verdict.Last.ToString(CultureInfo.InvariantCulture)}:{verdict.Hash}");
        Terminal.Line("           note it elsewhere: 'audit verify --expect' then proves that nothing was taken from the end");
        return GatewayCommandLine.Done;
    }
}

using Iot.Wire;

namespace Iot.EdgeAgent.Enrollment;

/// <summary>From a token to an identity on disk. Can be run again after any failure: nothing is used up twice.</summary>
internal static class TokenExchange
{
    /// <summary>Twice what one question to the gateway takes at most.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <returns>The identity that is on disk now, or in whole sentences why there is none and what to do.</returns>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    public static async Task<EnrollmentAnswer> RunAsync(EnrollmentToken token, string directory, TimeProvider clock, CancellationToken cancellation)
    {
        var files = new IdentityFiles(directory);
        using var turn = await LockAsync(files, directory, clock, cancellation);
        var before = files.Read();
        if (before is not null && before.Device != token.Device)
        {
            return new(Identity: null, $"This machine is {before.Device} already, and the token is for {token.Device}. If it is to be {token.Device} from now on: let it publish what waits " +
                $"(iot-edge-agent status), stop it, delete '{files.Path}', and run this again.", NeedsPerson: true);
        }

        if (before?.Json.TokenHash is { } hash && hash.Equals(token.Hash, StringComparison.Ordinal)) return EnrollmentAnswer.Of(before); // the same line again, after it has done its work

        var answer = await new EnrollmentClient(clock).EnrollAsync(token, files.Request(token.Device, before), cancellation);
        if (answer.Identity is not { } identity) return answer with { Problem = WhatToDo(token.Device, answer) };

        files.Write(identity);
        return answer;
    }

    /// <summary>An agent whose certificate has expired asks for the next again and again: each time for a moment only.</summary>
    private static async Task<IDisposable> LockAsync(IdentityFiles files, string directory, TimeProvider clock, CancellationToken cancellation)
    {
        try
        {
            return await files.LockAsync(LongestWait, clock, cancellation)
                ?? throw new IOException($"Another program has asked the gateway for a certificate of this device for {LongestWait.TotalSeconds} s: the agent, or another 'enroll'. Run this again; the token was not used.");
        }
        catch (IOException e) when (e is Journal.DiskException { Errno: 1 or 13 })
        {
            throw new IOException($"'{directory}' is not yours to write. Run the same as root, with sudo; the token was not used.", e);
        }
    }

    private static string WhatToDo(DeviceId device, EnrollmentAnswer answer) => answer.NeedsPerson
        ? $"{device} was not enrolled: {answer.Problem}"
        : $"{device} was not enrolled: {answer.Problem} The key is kept: when that is put right, run the same again, with the same token.";
}

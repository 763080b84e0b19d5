using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Iot.Gateway;

/// <summary>Passwords as ASP.NET Core Identity keeps them: PBKDF2 with HMAC-SHA512, a salt each, the rounds beside them. Thread-safe.</summary>
/// <remarks>Few are worked on at a time and few wait: a flood of guesses costs one processor at most, and is told that there are too many.</remarks>
/// <param name="rounds">A hash that was made with fewer is to be made anew when its password is next seen.</param>
/// <param name="atOnce">How many processors may work on it.</param>
internal sealed class Passwords(int rounds, int atOnce = 1) : IDisposable
{
    /// <summary>About 0.1 s of one processor: what a person does not notice, and a guesser does.</summary>
    public const int RoundsForPeople = 210_000;

    private const int MostWaiting = 16;

    private readonly PasswordHasher<Passwords> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = rounds }));
    private readonly SemaphoreSlim _turn = new(atOnce, atOnce);
    private int _waiting;

    /// <returns>Null: too many wait already.</returns>
    public Task<string?> HashAsync(string password, CancellationToken cancellation) => InTurnAsync<string?>(() => _hasher.HashPassword(this, password), null, cancellation);

    /// <summary>Takes the same time whatever the answer, unless too many wait already.</summary>
    public Task<PasswordVerdict> VerifyAsync(string hash, string presented, CancellationToken cancellation) =>
        InTurnAsync(() => Verify(hash, presented), PasswordVerdict.TooMany, cancellation);

    public void Dispose() => _turn.Dispose();

    private PasswordVerdict Verify(string hash, string presented) => _hasher.VerifyHashedPassword(this, hash, presented) switch
    {
        PasswordVerificationResult.Success => PasswordVerdict.Right,
        PasswordVerificationResult.SuccessRehashNeeded => PasswordVerdict.RightButOld,
        _ => PasswordVerdict.Wrong,
    };

    private async Task<T> InTurnAsync<T>(Func<T> work, T tooMany, CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _waiting) > MostWaiting + atOnce)
        {
            Interlocked.Decrement(ref _waiting);
            return tooMany;
        }

        try
        {
            await _turn.WaitAsync(cancellation);
            try
            {
                return await Task.Run(work, cancellation);
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}

internal enum PasswordVerdict
{
    Wrong,
    Right,

    /// <summary>Right, and kept with fewer rounds than now: hash it again.</summary>
    RightButOld,

    /// <summary>It was not looked at: too many others wait.</summary>
    TooMany,
}

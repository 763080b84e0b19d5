using System.Security.Cryptography;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>Lets whoever can read this machine's log or the data directory make the first admin, once. New at each start while nobody can be an admin in any way.</summary>
internal sealed class SetupCode(string path, Callers callers, Users users, ApiKeys keys, ILogger<SetupCode> logger)
{
    public const string FileName = "setup-code";

    /// <summary>Without those that look like others; 24 of 32 are 120 bits.</summary>
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private const int Groups = 6;
    private const int GroupLength = 4;

    private readonly Lock _turn = new();
    private ConfiguredKey? _code;

    public bool IsOpen => _code is not null;

    /// <summary>Makes a code and tells it, unless somebody can come in as an admin.</summary>
    public void Offer(Uri url)
    {
        users.Changed = keys.Created = CloseOnceThereIsAnAdmin;
        if (callers.HasAdmin)
        {
            File.Delete(path);
            return;
        }

        var code = string.Join('-', Enumerable.Range(0, Groups).Select(_ => RandomNumberGenerator.GetString(Letters, GroupLength)));
        SecretFile.Write(path, code + "\n");
        _code = new(code);
        logger.SetupOffered(new Uri(url, "/setup"), code, path);
    }

    public bool Matches(string presented) => _code?.Matches(presented.Trim().ToUpperInvariant()) == true;

    /// <summary>Of many that show the code at once only one makes an admin.</summary>
    /// <returns>Null: the code does not hold, or not any more.</returns>
    public UserRefusal? Use(string presented, Func<UserRefusal> makeAdmin)
    {
        lock (_turn) return Matches(presented) ? makeAdmin() : null;
    }

    private void CloseOnceThereIsAnAdmin()
    {
        if (_code is null || !callers.HasAdmin) return;

        _code = null;
        File.Delete(path);
    }
}

namespace Iot.Gateway.Dashboard.Access;

/// <summary>The file of users and keys cannot be used; it is left as it is, since nothing else knows who may do what.</summary>
/// <param name="finding">What is wrong, as a clause.</param>
/// <param name="remedy">What to do about it, as a sentence.</param>
internal sealed class AccessException(string path, string finding, string remedy, Exception? cause = null)
    : IOException($"Users and keys '{path}': {finding}. {remedy}", cause);

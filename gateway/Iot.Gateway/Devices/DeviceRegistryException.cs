namespace Iot.Gateway.Devices;

/// <summary>The file of the registry cannot be used; it is left as it is, since nothing else knows who belongs.</summary>
/// <param name="finding">What is wrong, as a clause.</param>
/// <param name="remedy">What to do about it, as a sentence.</param>
internal sealed class DeviceRegistryException(string path, string finding, string remedy, Exception? cause = null)
    : IOException($"Registry of devices '{path}': {finding}. {remedy}", cause)
{
    public string Path { get; } = path;
}

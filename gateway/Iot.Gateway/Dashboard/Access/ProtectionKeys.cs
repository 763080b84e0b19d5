using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Iot.Gateway.Dashboard.Access;

/// <summary>The keys that encrypt cookies, one file each, in a directory that only the gateway's user reads. Sessions outlive a restart by them.</summary>
internal sealed class ProtectionKeys(string directory) : IXmlRepository
{
    public const string DirectoryName = "protection-keys";

    public IReadOnlyCollection<XElement> GetAllElements() =>
        Directory.Exists(directory) ? [.. Directory.EnumerateFiles(directory, "*.xml").Order(StringComparer.Ordinal).Select(file => XElement.Load(file))] : [];

    public void StoreElement(XElement element, string friendlyName)
    {
        SecretFile.MakeDirectory(directory);
        SecretFile.Write(Path.Combine(directory, friendlyName + ".xml"), element.ToString());
    }
}

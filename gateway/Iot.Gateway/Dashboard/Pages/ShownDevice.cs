using Iot.Gateway.Dashboard.Sheet;

namespace Iot.Gateway.Dashboard.Pages;

/// <summary>The device whose page is made; its parts inject it. One a request.</summary>
internal sealed class ShownDevice
{
    public DeviceSheet Sheet { get; set; } = null!;

    /// <summary>It is disabled: shut out until somebody enables it.</summary>
    public bool IsOut => Sheet.Registered is { State: "disabled" };
}

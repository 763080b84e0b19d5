using System.Collections.Frozen;

namespace Iot.Gateway.Audit;

/// <summary>What was done or refused. The names in the log are <see cref="AuditActs.NameOf"/>'s and never change.</summary>
internal enum AuditAct
{
    // The gateway's own.
    GatewayStart,
    GatewayStop,
    ConfigStart,

    // Strangers and devices.
    ConnectRefused,
    ProtocolRefused,
    PublishRefused,
    SubscribeRefused,
    Takeover,
    EnrollRefused,
    KeyRefused,
    AccessRefused,
    SignInRefused,
    Lockout,
    SetupRefused,
    RoleRefused,
    ForgeryRefused,

    // Devices that belong here.
    DeviceEnrolled,
    DeviceRenewed,

    // People.
    DeviceAdd,
    DeviceToken,
    DevicePassword,
    DeviceConfig,
    DeviceDisable,
    DeviceEnable,
    DeviceRemove,
    CaRotate,
    CaRetire,
    SignIn,
    SignOut,
    Setup,
    UserAdd,
    UserRole,
    UserPassword,
    UserEnable,
    UserDisable,
    UserRemove,
    ApiKeyCreate,
    ApiKeyRevoke,
    DeadLettersRequeue,
    DeadLettersDiscard,
    ReplayStart,
    ReplayCancel,
    LedgerReconcile,
    BackupMake,
    BackupRestore,

    // What detectors make of it.
    SecurityOpened,
    SecurityClosed,

    // The log about itself.
    Checkpoint,
    KeyMade,
    LeftOut,
    Gap,
    Torn,
    Damaged,
    Retention,
}

/// <summary>The names of acts, as they stand in the log.</summary>
internal static class AuditActs
{
    private static readonly FrozenDictionary<AuditAct, string> Names = new Dictionary<AuditAct, string>
    {
        [AuditAct.GatewayStart] = "gateway.start",
        [AuditAct.GatewayStop] = "gateway.stop",
        [AuditAct.ConfigStart] = "config.start",
        [AuditAct.ConnectRefused] = "mqtt.connect.refused",
        [AuditAct.ProtocolRefused] = "mqtt.protocol.refused",
        [AuditAct.PublishRefused] = "mqtt.publish.refused",
        [AuditAct.SubscribeRefused] = "mqtt.subscribe.refused",
        [AuditAct.Takeover] = "mqtt.takeover",
        [AuditAct.EnrollRefused] = "device.enroll.refused",
        [AuditAct.DeviceEnrolled] = "device.enrolled",
        [AuditAct.DeviceRenewed] = "device.renewed",
        [AuditAct.DeviceAdd] = "device.add",
        [AuditAct.DeviceToken] = "device.token",
        [AuditAct.DevicePassword] = "device.password",
        [AuditAct.DeviceConfig] = "device.config",
        [AuditAct.DeviceDisable] = "device.disable",
        [AuditAct.DeviceEnable] = "device.enable",
        [AuditAct.DeviceRemove] = "device.remove",
        [AuditAct.CaRotate] = "ca.rotate",
        [AuditAct.CaRetire] = "ca.retire",
        [AuditAct.KeyRefused] = "api.key.refused",
        [AuditAct.AccessRefused] = "api.access.refused",
        [AuditAct.SignInRefused] = "api.sign-in.refused",
        [AuditAct.Lockout] = "api.lockout",
        [AuditAct.SetupRefused] = "api.setup.refused",
        [AuditAct.RoleRefused] = "api.role.refused",
        [AuditAct.ForgeryRefused] = "api.forgery.refused",
        [AuditAct.SignIn] = "api.sign-in",
        [AuditAct.SignOut] = "api.sign-out",
        [AuditAct.Setup] = "api.setup",
        [AuditAct.UserAdd] = "user.add",
        [AuditAct.UserRole] = "user.role",
        [AuditAct.UserPassword] = "user.password",
        [AuditAct.UserEnable] = "user.enable",
        [AuditAct.UserDisable] = "user.disable",
        [AuditAct.UserRemove] = "user.remove",
        [AuditAct.ApiKeyCreate] = "api-key.create",
        [AuditAct.ApiKeyRevoke] = "api-key.revoke",
        [AuditAct.DeadLettersRequeue] = "dead-letters.requeue",
        [AuditAct.DeadLettersDiscard] = "dead-letters.discard",
        [AuditAct.ReplayStart] = "replay.start",
        [AuditAct.ReplayCancel] = "replay.cancel",
        [AuditAct.LedgerReconcile] = "ledger.reconcile",
        [AuditAct.BackupMake] = "backup.make",
        [AuditAct.BackupRestore] = "backup.restore",
        [AuditAct.SecurityOpened] = "security.opened",
        [AuditAct.SecurityClosed] = "security.closed",
        [AuditAct.Checkpoint] = "audit.checkpoint",
        [AuditAct.KeyMade] = "audit.key",
        [AuditAct.LeftOut] = "audit.left-out",
        [AuditAct.Gap] = "audit.gap",
        [AuditAct.Torn] = "audit.torn",
        [AuditAct.Damaged] = "audit.damaged",
        [AuditAct.Retention] = "audit.retention",
    }.ToFrozenDictionary();

    public static string NameOf(AuditAct act) => Names[act];

    public static IReadOnlyList<string> All { get; } = [.. Names.Values.Order(StringComparer.Ordinal)];

    /// <summary>Whoever reaches a port can cause these, as often as he likes: few are written, the others counted.</summary>
    public static bool IsAnybodys(AuditAct act) => act is >= AuditAct.ConnectRefused and <= AuditAct.ForgeryRefused or AuditAct.SignOut;
}

using System.Text.Json.Serialization;
using Iot.Gateway.Audit;
using Iot.Gateway.Dashboard.Fleet;
using Iot.Gateway.Dashboard.Live;
using Iot.Gateway.Dashboard.Sheet;

namespace Iot.Gateway.Dashboard.Api;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(DevicesJson))]
[JsonSerializable(typeof(LedgerJson))]
[JsonSerializable(typeof(AllSeriesJson))]
[JsonSerializable(typeof(FieldsJson))]
[JsonSerializable(typeof(DeadLettersJson))]
[JsonSerializable(typeof(DeadLetterContentJson))]
[JsonSerializable(typeof(DeadLetterGroupsJson))]
[JsonSerializable(typeof(RequeueJson))]
[JsonSerializable(typeof(RequeueOutcomeJson))]
[JsonSerializable(typeof(DiscardJson))]
[JsonSerializable(typeof(SqlAnswer))]
[JsonSerializable(typeof(ReplaysJson))]
[JsonSerializable(typeof(ReplayParameters))]
[JsonSerializable(typeof(ReconcileLineJson))]
[JsonSerializable(typeof(AuditPage))]
[JsonSerializable(typeof(AuditVerdictJson))]
[JsonSerializable(typeof(SecurityEventsJson))]
[JsonSerializable(typeof(RegistryJson))]
[JsonSerializable(typeof(EnrollmentTokenJson))]
[JsonSerializable(typeof(AddDeviceParameters))]
[JsonSerializable(typeof(DevicePasswordParameters))]
[JsonSerializable(typeof(DevicePasswordJson))]
[JsonSerializable(typeof(DeviceConfigJson))]
[JsonSerializable(typeof(CaJson))]
[JsonSerializable(typeof(EnrollParameters))]
[JsonSerializable(typeof(RenewParameters))]
[JsonSerializable(typeof(EnrolledJson))]
[JsonSerializable(typeof(UsersJson))]
[JsonSerializable(typeof(UserJson))]
[JsonSerializable(typeof(AddUserParameters))]
[JsonSerializable(typeof(RoleParameters))]
[JsonSerializable(typeof(PasswordParameters))]
[JsonSerializable(typeof(KeysJson))]
[JsonSerializable(typeof(KeyJson))]
[JsonSerializable(typeof(NewKeyJson))]
[JsonSerializable(typeof(CreateKeyParameters))]
[JsonSerializable(typeof(SetupParameters))]
[JsonSerializable(typeof(CallerJson))]
[JsonSerializable(typeof(OverviewFrame))]
[JsonSerializable(typeof(FleetFrame))]
[JsonSerializable(typeof(FleetPage))]
[JsonSerializable(typeof(FleetPageFrame))]
[JsonSerializable(typeof(SinksFrame))]
[JsonSerializable(typeof(ValuesFrame))]
[JsonSerializable(typeof(DeviceSheet))]
[JsonSerializable(typeof(GapsFrame))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(string))]
internal sealed partial class ApiJson : JsonSerializerContext;

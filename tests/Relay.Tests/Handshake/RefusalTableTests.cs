using Serverless.Relay.Outcomes;

namespace Serverless.Relay.Tests.Handshake;

public sealed class RefusalTableTests
{
    [Fact]
    public void Every_reason_has_a_row_and_a_code_of_its_own()
    {
        var rows = Enum.GetValues<RefusalReason>().Select(RefusalTable.Row).ToList();

        Assert.Equal(rows.Count, rows.Select(row => row.Code).Distinct().Count());
        Assert.All(rows, row => Assert.Matches("^[a-z0-9_]+$", row.Code));
        Assert.All(rows, row => Assert.InRange(row.Status, 400, 599));
        Assert.All(rows, row => Assert.True(row.Close is 1011 or 1013 or (>= 4400 and < 4600), row.Code));
    }

    [Theory]
    [InlineData(RefusalReason.CredentialsMissing, 4401)]
    [InlineData(RefusalReason.CredentialsMalformed, 4401)]
    [InlineData(RefusalReason.UserKeyInvalid, 4401)]
    [InlineData(RefusalReason.TokenInvalid, 4401)]
    [InlineData(RefusalReason.ApplicationNotActive, 4403)]
    [InlineData(RefusalReason.MetricDisabled, 4403)]
    [InlineData(RefusalReason.OriginNotAllowed, 4403)]
    [InlineData(RefusalReason.NoMappingRule, 4404)]
    [InlineData(RefusalReason.BackendNotRouted, 4404)]
    [InlineData(RefusalReason.LimitsExceeded, 4429)]
    [InlineData(RefusalReason.ShuttingDown, 1013)]
    [InlineData(RefusalReason.AuthorizationUnavailable, 1013)]
    [InlineData(RefusalReason.BackendUnreachable, 4502)]
    [InlineData(RefusalReason.BackendTimeout, 4504)]
    [InlineData(RefusalReason.RelayFault, 1011)]
    internal void Every_reason_has_a_code_to_close_with(RefusalReason reason, int close) =>
        Assert.Equal(close, RefusalTable.Row(reason).Close);

    [Theory]
    [InlineData(403, "credentials_missing", "Authentication parameters missing")]
    [InlineData(403, "user_key_invalid", "Authentication failed")]
    [InlineData(404, "no_mapping_rule", "No Mapping Rule matched")]
    [InlineData(429, "limits_exceeded", "Usage limit exceeded")]
    public void The_four_cases_of_3scale_look_as_they_do_there(int status, string code, string title)
    {
        var row = Enum.GetValues<RefusalReason>().Select(RefusalTable.Row).Single(row => row.Code == code);

        Assert.Equal((status, title), (row.Status, row.Title));
    }
}

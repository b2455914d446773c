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
    }

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

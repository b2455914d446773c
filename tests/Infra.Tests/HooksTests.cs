namespace Serverless.Infra.Tests;

/// <summary>What azd runs before and after it provisions, against a cloud that remembers.</summary>
public sealed class HooksTests : IDisposable
{
    private const string Before = "before-provision.sh";
    private const string Pepper = "GATEWAY_KEY_PEPPER";
    private const string AdminToken = "GATEWAY_ADMIN_TOKEN";
    private const string App = "GATEWAY_APP_ID";

    private readonly StandInCloud _cloud = new()
    {
        ["AZURE_ENV_NAME"] = "tests",
        ["AZURE_SUBSCRIPTION_ID"] = "s",
    };

    public void Dispose() => _cloud.Dispose();

    [Fact]
    public async Task The_first_time_an_application_and_both_secrets_are_made()
    {
        await SucceedAsync(Before);

        Assert.Equal(StandInCloud.Application, _cloud[App]);
        Assert.Contains("az ad sp create", _cloud.Calls, StringComparison.Ordinal);
        Assert.Contains($"api://{StandInCloud.Application}", _cloud.Calls, StringComparison.Ordinal);
        Assert.Equal(64, _cloud[AdminToken].Length);
        Assert.Equal(32, Convert.FromBase64String(_cloud[Pepper]).Length);
    }

    [Fact]
    public async Task Before_the_secrets_are_in_Key_Vault_the_same_ones_are_tried_again()
    {
        await SucceedAsync(Before);
        var (token, pepper) = (_cloud[AdminToken], _cloud[Pepper]);
        _cloud.HasGroup();

        await SucceedAsync(Before);

        Assert.Equal((token, pepper), (_cloud[AdminToken], _cloud[Pepper]));
        Assert.Single(_cloud.Calls.Split('\n'), call => call.StartsWith("az ad app create", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_Key_Vault_has_is_neither_made_anew_nor_kept_elsewhere()
    {
        await SucceedAsync(Before);
        _cloud.HasRelayAndVault("admin-token", "key-pepper");

        await SucceedAsync(Before);

        Assert.Equal(("", ""), (_cloud[AdminToken], _cloud[Pepper]));
    }

    [Fact]
    public async Task Another_clone_finds_the_application_and_leaves_the_secrets_alone()
    {
        _cloud.HasApplication("11111111-1111-1111-1111-111111111111");
        _cloud.HasRelayAndVault("admin-token", "key-pepper");

        await SucceedAsync(Before);

        Assert.Equal("11111111-1111-1111-1111-111111111111", _cloud[App]);
        Assert.DoesNotContain("az ad app create", _cloud.Calls, StringComparison.Ordinal);
        Assert.Contains("displayName eq 'serverless-gateway-tests'", _cloud.Calls, StringComparison.Ordinal);
        Assert.Equal(("", ""), (_cloud[AdminToken], _cloud[Pepper]));
    }

    [Fact]
    public async Task Of_the_secrets_only_the_one_that_is_missing_is_made()
    {
        _cloud.HasRelayAndVault("key-pepper", "somebody-elses");

        await SucceedAsync(Before);

        Assert.Equal(64, _cloud[AdminToken].Length);
        Assert.Equal("", _cloud[Pepper]);
    }

    [Theory]
    [InlineData("group exists")]
    [InlineData("resource list")]
    [InlineData("rest --method GET")]
    public async Task No_secret_is_made_when_Azure_does_not_say_what_there_is(string failing)
    {
        _cloud.HasRelayAndVault("admin-token", "key-pepper");
        _cloud.Fail(failing);

        var (code, _) = await _cloud.RunAsync(Before);

        Assert.NotEqual(0, code);
        Assert.Equal(("", ""), (_cloud[AdminToken], _cloud[Pepper]));
    }

    [Theory]
    [InlineData("ad app list")]
    [InlineData("ad app create")]
    [InlineData("rest --method PATCH")]
    public async Task No_application_is_noted_that_is_not_whole(string failing)
    {
        _cloud.Fail(failing);

        var (code, _) = await _cloud.RunAsync(Before);

        Assert.NotEqual(0, code);
        Assert.Equal("", _cloud[App]);
    }

    [Fact]
    public async Task What_is_no_application_is_refused()
    {
        _cloud[App] = "ERROR: key 'GATEWAY_APP_ID' not found";

        var (code, output) = await _cloud.RunAsync(Before);

        Assert.Equal(1, code);
        Assert.Contains(output, line => line.StartsWith("GATEWAY_APP_ID is 'ERROR: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_provisioning_only_Key_Vault_has_the_secrets()
    {
        await SucceedAsync(Before);

        await SucceedAsync("after-provision.sh");

        Assert.Equal(("", ""), (_cloud[AdminToken], _cloud[Pepper]));
        Assert.Equal(StandInCloud.Application, _cloud[App]);
    }

    [Fact]
    public async Task What_there_is_in_Azure_is_said_a_line_each()
    {
        var nothing = await _cloud.RunAsync("present.sh", "tests", "s");
        _cloud.HasRelayAndVault("admin-token", "key-pepper");
        var all = await _cloud.RunAsync("present.sh", "tests", "s");
        var nowhere = await _cloud.RunAsync("present.sh", "tests", "");

        Assert.Equal(0, nothing.Code);
        Assert.Empty(nothing.Output);
        Assert.Equal(["relay", "admin-token", "key-pepper"], all.Output);
        Assert.NotEqual(0, nowhere.Code);
    }

    private async Task SucceedAsync(string hook)
    {
        var (code, output) = await _cloud.RunAsync(hook);
        Assert.True(code == 0, string.Join('\n', output));
    }
}

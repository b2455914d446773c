using Microsoft.Extensions.Options;
using Serverless.Relay.Management;

namespace Serverless.Relay.Tests.Management;

public sealed class ManagementOptionsTests
{
    [Theory]
    [InlineData(null, "Relay:Management:Api is missing: it needs the http or https base address of the functions, such as http://localhost:7071.")]
    [InlineData("/api", "Relay:Management:Api is '/api': it needs the http or https base address of the functions, such as http://localhost:7071.")]
    [InlineData("ftp://x", "Relay:Management:Api is 'ftp://x': it needs the http or https base address of the functions, such as http://localhost:7071.")]
    [InlineData("http://me:secret@x", "Relay:Management:Api has user information, a query or a fragment: it needs the http or https base address of the functions, such as http://localhost:7071.")]
    public void A_wrong_address_is_named_with_what_it_needs(string? api, string sentence)
    {
        var result = Validate(new ManagementOptions
        {
            Api = api is null ? null : new Uri(api, UriKind.RelativeOrAbsolute),
            Token = "t",
        });

        Assert.Equal([sentence], result.Failures!);
    }

    [Theory]
    [InlineData(null, null, "Relay:Management:Token is missing")]
    [InlineData("secret", "file", "are both set")]
    [InlineData("sec ret", null, "holds characters that no token has")]
    [InlineData(null, "/no/such/file", "Relay:Management:TokenFile is '/no/such/file'")]
    public void A_wrong_token_is_named_but_not_shown(string? token, string? file, string part)
    {
        var failures = Validate(new ManagementOptions { Api = new Uri("http://x"), Token = token, TokenFile = file }).Failures!.ToList();

        Assert.Contains(part, Assert.Single(failures), StringComparison.Ordinal);
        Assert.DoesNotContain(token ?? "-none-", failures[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9b9c0d3e-3c35-4a57-8f4e-6a2a0f8b7c22", null, "Relay:Management:TokenScope is '9b9c0d3e-3c35-4a57-8f4e-6a2a0f8b7c22': it needs")]
    [InlineData("/.default", null, "Relay:Management:TokenScope is '/.default': it needs")]
    [InlineData("app/.default", "secret", "Relay:Management:Token and Relay:Management:TokenScope are both set")]
    public void A_wrong_scope_is_named_with_what_it_needs(string scope, string? token, string part)
    {
        var failures = Validate(new ManagementOptions { Api = new Uri("http://x"), Token = token, TokenScope = scope }).Failures!;

        Assert.StartsWith(part, Assert.Single(failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once() =>
        Assert.Equal(3, Validate(new ManagementOptions { Timeout = TimeSpan.Zero }).Failures!.Count());

    private static ValidateOptionsResult Validate(ManagementOptions options) =>
        new ManagementOptionsValidator().Validate(null, options);
}

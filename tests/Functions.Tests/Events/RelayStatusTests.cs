using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Contracts;
using Serverless.Functions.Events;
using Serverless.Functions.Tests.Hosting;
using Serverless.Tests.Common;

namespace Serverless.Functions.Tests.Events;

public sealed class RelayStatusTests(FunctionsApp app) : IClassFixture<FunctionsApp>
{
    [Fact]
    public async Task All_that_is_wrong_with_a_status_is_said_at_once()
    {
        using var refused = await app.Admin.SendAsync(
            "POST",
            "/api/relay/status",
            """{"relay":"a b","open":[{"product":"p","count":-1}],"refused":[{"reason":"","count":0},{"product":"p q","reason":"r"}]}""");

        Assert.Equal(
            [
                "/relay invalid_relay", "/open/0/environment required", "/open/0/count out_of_range", "/refused/0/reason invalid_name",
                "/refused/0/count out_of_range", "/refused/1/product invalid_name", "/refused/1/count required",
            ],
            (await refused.ProblemAsync(400, "invalid")).Errors());
        using var empty = await app.Admin.SendAsync("POST", "/api/relay/status", "{}");
        Assert.Equal(["/relay required", "/open required", "/refused required"], (await empty.ProblemAsync(400, "invalid")).Errors());
    }

    [Fact]
    public async Task As_many_products_as_there_may_be_fit_and_one_more_does_not()
    {
        using var fits = await SendAsync(RelayStatus.MostProducts);
        using var tooMany = await SendAsync(RelayStatus.MostProducts + 1);

        Assert.Equal(204, (int)fits.StatusCode);
        Assert.Equal(["/open too_many"], (await tooMany.ProblemAsync(400, "invalid")).Errors());
        var known = (await app.Services.GetRequiredService<RelaysTable>().ReadAsync(default).Soon()).Single(one => one.Status.Relay == "large");
        Assert.Equal(RelayStatus.MostProducts, known.Status.Open.Count);
        Assert.Equal(new("product-of-some-length-9999", "production", 9999), known.Status.Open[^1]);
    }

    private Task<HttpResponseMessage> SendAsync(int products)
    {
        var open = new StringBuilder();
        for (var number = 0; number < products; number++)
        {
            open.Append(CultureInfo.InvariantCulture, $$"""{{(number > 0 ? "," : "")}}{"product":"product-of-some-length-{{number}}","environment":"production","count":{{number}}}""");
        }

        return app.Admin.SendAsync("POST", "/api/relay/status", $$"""{"relay":"large","open":[{{open}}],"refused":[]}""");
    }
}

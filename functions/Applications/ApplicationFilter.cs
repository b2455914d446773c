using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Http;

namespace Serverless.Functions.Applications;

/// <summary>
/// Which applications are asked for: <c>?product=&amp;plan=&amp;account=&amp;state=</c>. A product or an account has to be
/// among them, since those are what applications are noted at.
/// </summary>
internal sealed record ApplicationFilter(string? Product, string? Plan, string? Account, ApplicationState? State)
{
    private static readonly Dictionary<string, ApplicationState> States = new()
    {
        ["pending"] = ApplicationState.Pending,
        ["live"] = ApplicationState.Live,
        ["suspended"] = ApplicationState.Suspended,
    };

    public static bool TryRead(
        HttpRequest request,
        [NotNullWhen(true)] out ApplicationFilter? filter,
        [NotNullWhen(false)] out Problem? problem)
    {
        (filter, problem) = (null, null);
        var (product, plan, account) = (Get("product"), Get("plan"), Get("account"));
        ApplicationState? state = null;
        if (Get("state") is { } name)
        {
            if (!States.TryGetValue(name, out var known))
            {
                problem = Problem.Of(
                    400,
                    "invalid_filter",
                    "The filter is not valid.",
                    $"?state= takes {string.Join(", ", States.Keys)}.");
                return false;
            }

            state = known;
        }

        if ((product is null && account is null) || (plan is not null && product is null))
        {
            problem = Problem.Of(
                400,
                "filter_needed",
                "A filter is needed.",
                "Say ?product= or ?account=, or both; ?plan= only beside ?product=.");
            return false;
        }

        filter = new(product, plan, account, state);
        return true;

        string? Get(string name) => request.Query.TryGetValue(name, out var value) ? value.ToString() : null;
    }

    public bool Passes(Application application) =>
        (Product is null || application.Product == Product)
        && (Plan is null || application.Plan == Plan)
        && (Account is null || application.Account == Account)
        && (State is null || application.State == State);
}

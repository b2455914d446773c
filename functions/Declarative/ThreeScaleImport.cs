using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>What becomes, or would become, of one service.</summary>
/// <param name="Service">What 3scale calls it.</param>
/// <param name="Product">System name of the product that it becomes.</param>
/// <param name="Changed">How many resources are made, changed or deleted for it.</param>
/// <param name="Changes">All of them, in the order of the steps.</param>
/// <param name="Report">What was not taken over as it was.</param>
internal sealed record ImportedService(
    string Service,
    string Product,
    int Changed,
    IReadOnlyList<Change> Changes,
    IReadOnlyList<InvalidMember> Report);

/// <summary>Plans what makes products of 3scale's services. The products are drafts: promotion is the operator's.</summary>
internal sealed class ThreeScaleImport(Documents documents)
{
    /// <summary>
    /// The services, each with its plan; null when something is wrong with the document, which then is among the errors.
    /// </summary>
    public async Task<IReadOnlyList<ImportedService>?> PlanAsync(SourceDocument document, Errors errors, CancellationToken cancel)
    {
        var services = ThreeScaleDocument.Find(document, errors);
        if (errors.Found.Count > 0)
        {
            return null;
        }

        var backends = new Dictionary<string, ImportedBackend>();
        var names = new HashSet<string>();
        var read = new List<(string Service, string Product, ImportedProduct Imported, Report Report)>();
        foreach (var (service, oidc) in services)
        {
            var report = new Report(document.Positions);
            var called = service.Text("system_name") ?? service.Text("name") ?? service.Member("id")?.Element.ToString() ?? service.At;
            var name = Name(service, called, names, report);
            read.Add((called, name, new ServiceImport(backends, report).Read(service, oidc, name), report));
        }

        // Only now do backends have the rules of all services.
        var described = new HashSet<string>();
        var planned = new Dictionary<string, PresentBackend>();
        var plans = new List<ImportedService>();
        foreach (var (service, product, imported, report) in read)
        {
            var found = new Errors();
            var plan = await documents.PlanAsync(imported.ToDocument(described), prune: false, found, cancel, planned) ?? [];
            foreach (var error in found.Found)
            {
                errors.Add(imported.Trace.Find(error.At["/product".Length..]), error.Code, $"As product '{product}': {error.Message}");
            }

            plans.Add(new(service, product, plan.Count(change => change.Action != ChangeAction.Keep), plan, report.Entries));
        }

        return errors.Found.Count == 0 ? plans : null;
    }

    private static string Name(Section service, string called, HashSet<string> names, Report report)
    {
        // The path under which gateways serve staging.
        var wanted = Slug.Of(called) is { } slug and not "staging" ? slug : "service";
        var name = wanted;
        for (var number = 2; !names.Add(name); number++)
        {
            name = Slug.Of($"{wanted[..Math.Min(wanted.Length, 50)]}-{number}")!;
        }

        if (name != called)
        {
            report.Change(service.At, "renamed", $"The product is called '{name}' here.");
        }

        return name;
    }
}

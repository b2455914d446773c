using System.Reflection;
using BenchmarkDotNet.Running;
using Serverless.Benchmarks.Figures;

return args switch
{
    ["validations", .. var connections] => await ValidationFigures.RunAsync([.. connections.Select(int.Parse)]),
    ["revocation", .. var tunnels] => await RevocationFigures.RunAsync(tunnels is [var many] ? int.Parse(many) : 1000),
    ["startup", ..] => await StartFigures.RunAsync(),
    ["lists", ..] => await ListFigures.RunAsync(),
    ["signalr", .. var subscribers] => await SignalRFigures.RunAsync(subscribers is [var many] ? int.Parse(many) : 5_000),
    ["load", var url, var file, var connections, var seconds] => await Load.RunAsync(url, file, int.Parse(connections), int.Parse(seconds)),
    ["store", var endpoint] => await CachingStore.RunAsync(new Uri(endpoint)),
    _ => Switch(args),
};

static int Switch(string[] args)
{
    BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args);
    return 0;
}

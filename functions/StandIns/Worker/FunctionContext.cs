using System.Collections;
using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>One call of a function.</summary>
public abstract class FunctionContext
{
    /// <summary>Identifier of the call.</summary>
    public abstract string InvocationId { get; }

    /// <summary>Services of the call.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    /// <summary>The function called.</summary>
    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>What middlewares pass on to each other.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    /// <summary>What the worker knows of the call.</summary>
    public abstract IInvocationFeatures Features { get; }

    /// <summary>Cancelled when the caller has gone.</summary>
    public virtual CancellationToken CancellationToken { get; }
}

/// <summary>What is known of a function before it is called.</summary>
public abstract class FunctionDefinition
{
    /// <summary>Name of the function.</summary>
    public abstract string Name { get; }

    /// <summary>Full name of the type and name of the method.</summary>
    public abstract string EntryPoint { get; }
}

/// <summary>What the worker knows of a call, by type.</summary>
public interface IInvocationFeatures : IEnumerable<KeyValuePair<Type, object>>, IEnumerable
{
    /// <summary>Adds or replaces one.</summary>
    void Set<T>(T instance);

    /// <summary>The one of this type, or null.</summary>
    T? Get<T>();
}

/// <summary>What a function has returned.</summary>
public abstract class InvocationResult<T>
{
    /// <summary>The value; a middleware may replace it.</summary>
    public abstract T? Value { get; set; }
}

/// <summary>What a function has returned, of whatever type.</summary>
public abstract class InvocationResult : InvocationResult<object>;

/// <summary>Reads the result of a call.</summary>
public static class FunctionContextBindingFeatureExtensions
{
    /// <summary>The result of the call.</summary>
    public static InvocationResult GetInvocationResult(this FunctionContext context) =>
        context.Features.Get<InvocationResult>() ?? throw Builder.FunctionsApplication.NoWorker();
}

/// <summary>Reads the HTTP request of a call.</summary>
public static class FunctionContextExtensions
{
    /// <summary>The HTTP request of the call, or null when something else started it.</summary>
    public static HttpContext? GetHttpContext(this FunctionContext context) =>
        context.Items.TryGetValue("HttpRequestContext", out var request) ? request as HttpContext : null;
}
